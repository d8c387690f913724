// Two cores, and tests that look at threads and files of the whole process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
