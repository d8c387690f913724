# A torrent without a tracker of /run/files/page; prints its info-hash.
import libtorrent as lt

files = lt.file_storage()
lt.add_files(files, "/run/files/page")
torrent = lt.create_torrent(files, 0, lt.create_torrent.v1_only)
lt.set_piece_hashes(torrent, "/run/files")
made = torrent.generate()
with open("/run/page.torrent", "wb") as out:
    out.write(lt.bencode(made))
print(lt.torrent_info(made).info_hash())
