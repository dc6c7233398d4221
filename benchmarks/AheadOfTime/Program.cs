using AheadOfTime;
using Measuring;

const int Rounds = 9;

// The same program is run three times, compiled in three ways; benchmarks/README.md says how. All of them must print the same bits.
using var updates = new TableUpdates();
await using var training = new ModelTraining();
(string Name, Func<double> Run)[] works = [("update.adagrad.ns_a_row", updates.Run), ("train.deepfm.ns_an_example", training.Run)];
foreach (var (name, run) in works)
{
    run();
    Console.WriteLine($"{name} {Interleaved.Median([.. Enumerable.Range(0, Rounds).Select(_ => run())]):f1}");
}
Console.WriteLine($"bits {updates.Bits:x16} {training.Bits:x16}");
