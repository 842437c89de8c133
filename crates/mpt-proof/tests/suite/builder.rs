use mpt_proof::{
    Absence,
    builder::{Error, OrderedTrie, Trie, ordered_root},
    proof::{self, EMPTY_ROOT},
};

mod answers;
mod forms;

#[test]
fn an_empty_trie_has_the_empty_root_and_the_empty_proof() {
    let trie = Trie::new([([0; 0], [0; 0]); 0]).unwrap();
    assert_eq!((trie.root(), trie.proof(&[1])), (EMPTY_ROOT, vec![]));
    let trie = OrderedTrie::new([[0; 0]; 0]).unwrap();
    assert_eq!(proof::exclusion(&trie.root(), &[0x80], &trie.proof(0)), Ok(Absence::EmptyTrie));
}

#[test]
fn what_no_proof_could_carry_is_an_error() {
    let too_long = Trie::new([([1; 33], [1])]).unwrap_err();
    assert_eq!(too_long, Error::KeyTooLong { length: 33 });
    assert_eq!(Trie::new([([1], [])]).unwrap_err(), Error::EmptyValue);
    assert_eq!(OrderedTrie::new([&[1][..], &[]]).unwrap_err(), Error::EmptyValue);
}

#[test]
fn the_root_of_a_list_is_that_of_its_trie() {
    for count in [0_u8, 1, 127, 128, 200] {
        let values: Vec<[u8; 40]> = (0..count).map(|n| [n; 40]).collect();
        let trie = OrderedTrie::new(&values).unwrap();
        assert_eq!(ordered_root(&values), Ok(trie.root()));
    }
    assert_eq!(ordered_root([[0; 0]]), Err(Error::EmptyValue));
}
