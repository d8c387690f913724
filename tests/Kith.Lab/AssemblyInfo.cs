// Scenarios measure time and share two cores: one after another. Those that mostly wait (LabSettings.Patient and Distant) are two more rows beside them.
[assembly: CollectionBehavior(CollectionBehavior.CollectionPerAssembly, MaxParallelThreads = 3)]
