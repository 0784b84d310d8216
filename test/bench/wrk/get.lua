dofile(os.getenv('BENCH_REPORT'))
