using System.Globalization;
using Monolith.Embeddings.CrashingTrainer;
using Monolith.Embeddings.Snapshots;

// Trains until a step, from wherever the store's newest commit is, and commits all the time. Made to be killed.
var (folder, steps) = (args[0], long.Parse(args[1], CultureInfo.InvariantCulture));
var store = new FileSnapshotStore(folder);
await CrashScenario.TrainAsync(store, steps, CancellationToken.None);
