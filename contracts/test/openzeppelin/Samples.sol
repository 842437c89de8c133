// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {CrosschainLinked} from "@openzeppelin/contracts/crosschain/CrosschainLinked.sol";
import {BridgeERC1155} from "@openzeppelin/contracts/crosschain/bridges/BridgeERC1155.sol";
import {BridgeERC20} from "@openzeppelin/contracts/crosschain/bridges/BridgeERC20.sol";
import {BridgeERC721} from "@openzeppelin/contracts/crosschain/bridges/BridgeERC721.sol";
import {BridgeERC7802} from "@openzeppelin/contracts/crosschain/bridges/BridgeERC7802.sol";
import {Governor} from "@openzeppelin/contracts/governance/Governor.sol";
import {GovernorCountingSimple} from "@openzeppelin/contracts/governance/extensions/GovernorCountingSimple.sol";
import {GovernorCrosschain} from "@openzeppelin/contracts/governance/extensions/GovernorCrosschain.sol";
import {GovernorVotes} from "@openzeppelin/contracts/governance/extensions/GovernorVotes.sol";
import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {IERC1155} from "@openzeppelin/contracts/interfaces/IERC1155.sol";
import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {IERC721} from "@openzeppelin/contracts/interfaces/IERC721.sol";
import {IERC7802} from "@openzeppelin/contracts/interfaces/draft-IERC7802.sol";
import {ERC1155} from "@openzeppelin/contracts/token/ERC1155/ERC1155.sol";
import {ERC1155Crosschain} from "@openzeppelin/contracts/token/ERC1155/extensions/ERC1155Crosschain.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Votes} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Votes.sol";
import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {ERC721Crosschain} from "@openzeppelin/contracts/token/ERC721/extensions/ERC721Crosschain.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

// OpenZeppelin's abstract contracts with a constructor, and a way to be linked, and nothing else.
// forge-lint: disable-start(multi-contract-file)

abstract contract Linkable is CrosschainLinked {
    constructor() CrosschainLinked(new Link[](0)) {}

    function link(address gateway, bytes calldata counterpart) external {
        _setLink(gateway, counterpart, false);
    }
}

contract LockingBridge is Linkable, BridgeERC20 {
    constructor(IERC20 token_) BridgeERC20(token_) {}
}

contract MintingBridge is Linkable, BridgeERC7802 {
    constructor(IERC7802 token_) BridgeERC7802(token_) {}
}

contract LockingBridge721 is Linkable, BridgeERC721 {
    constructor(IERC721 token_) BridgeERC721(token_) {}
}

contract LockingBridge1155 is Linkable, BridgeERC1155 {
    constructor(IERC1155 token_) BridgeERC1155(token_) {}
}

contract Crosschain721 is Linkable, ERC721Crosschain {
    constructor() ERC721("", "") {}
}

contract Crosschain1155 is Linkable, ERC1155Crosschain {
    constructor() ERC1155("") {}
}

contract Piece is ERC721 {
    constructor() ERC721("", "") {}

    function mint(address to, uint256 id) external {
        _mint(to, id);
    }
}

contract Pieces is ERC1155 {
    constructor() ERC1155("") {}

    function mint(address to, uint256 id, uint256 amount) external {
        _mint(to, id, amount, "");
    }
}

contract Vote is ERC20, ERC20Votes {
    constructor() ERC20("", "") EIP712("Vote", "1") {}

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function _update(address from, address to, uint256 amount) internal override(ERC20, ERC20Votes) {
        super._update(from, to, amount);
    }
}

contract Parliament is Governor, GovernorCountingSimple, GovernorVotes, GovernorCrosschain {
    constructor(IVotes votes) Governor("Parliament") GovernorVotes(votes) {}

    function votingDelay() public pure override returns (uint256) {
        return 1;
    }

    function votingPeriod() public pure override returns (uint256) {
        return 10;
    }

    function quorum(uint256) public pure override returns (uint256) {
        return 100;
    }
}
// forge-lint: disable-end(multi-contract-file)
