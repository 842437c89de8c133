"""Packs a folder of vectors deterministically, and compares one with a packed archive.

    archive.py pack FOLDER ARCHIVE.tar.zst
    archive.py compare FOLDER ARCHIVE.tar.zst
"""

import hashlib
import io
import sys
import tarfile
from pathlib import Path

import zstandard


def files(folder):
    """Every file of a folder, by its path within."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def unpack(archive):
    """Every file of an archive, by its path within."""
    data = zstandard.ZstdDecompressor().stream_reader(archive.read_bytes()).read()
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        return {
            member.name.removeprefix("./"): tar.extractfile(member).read() for member in tar if member.isfile()
        }


def pack(folder, archive):
    """The same files give the same bytes: sorted, without owners, times or modes of their own."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, data in sorted(files(folder).items()):
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(data), 0o644
            tar.addfile(member, io.BytesIO(data))
    # One thread, and a window over the whole: most files repeat what another has.
    parameters = zstandard.ZstdCompressionParameters.from_level(19, window_log=26, enable_ldm=True, threads=0)
    packed = zstandard.ZstdCompressor(compression_params=parameters).compress(buffer.getvalue())
    archive.write_bytes(packed)
    print(f"packed {len(files(folder))} files into {archive}: {len(packed)} bytes, sha256 {hashlib.sha256(packed).hexdigest()}")


def compare(folder, archive):
    """Prints what differs; whether nothing does."""
    made, kept = files(folder), unpack(archive)
    # An archive may leave out whole handlers (minimal/altair/light_client/HANDLER/...): those are counted, and no difference.
    handlers = {name.split("/")[3] for name in kept}
    beside = sorted(name for name in made.keys() - kept.keys() if name.split("/")[3] not in handlers)
    unknown = sorted(made.keys() - kept.keys() - set(beside))
    missing = sorted(kept.keys() - made.keys())
    different = sorted(name for name in kept.keys() & made.keys() if kept[name] != made[name])
    equal = len(kept.keys() & made.keys()) - len(different)
    for what, names in (("different", different), ("missing here", missing), ("not in the archive", unknown)):
        for name in names[:20]:
            print(f"  {what}: {name}")
    print(
        f"{equal} equal, {len(different)} different, {len(missing)} missing here, {len(unknown)} not in the archive, "
        f"{len(beside)} of handlers that the archive leaves out"
    )
    return not (different or missing or unknown)


def main():
    command, folder, archive = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    if command == "pack":
        pack(folder, archive)
    elif not compare(folder, archive):
        sys.exit(1)


if __name__ == "__main__":
    main()
