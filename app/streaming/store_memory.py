"""The memory of a worker's stores."""

from rocksdict import BlockBasedOptions, Cache, DBCompressionType, Options, WriteBufferManager

_MB = 1024 * 1024


class StoreMemory:
    """Memory that all stores of a worker share: one block cache, memtables charged to it."""

    def __init__(self, cache_mb: int) -> None:
        self._cache = Cache(cache_mb * _MB)
        self._buffers = WriteBufferManager.new_write_buffer_manager_with_cache(
            cache_mb * _MB // 2, allow_stall=False, cache=self._cache
        )

    def options(self) -> Options:
        """Options of a database that keeps within this memory."""
        table = BlockBasedOptions()
        table.set_block_cache(self._cache)
        table.set_cache_index_and_filter_blocks(v=True)
        table.set_bloom_filter(10, block_based=False)
        options = Options(raw_mode=True)
        options.create_if_missing(create_if_missing=True)
        options.set_block_based_table_factory(table)
        options.set_write_buffer_manager(self._buffers)
        options.set_compression_type(DBCompressionType.lz4())
        options.set_max_open_files(64)
        options.set_keep_log_file_num(2)
        return options
