using System.Globalization;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.TorchSharp;
using Monolith.Embeddings.TorchSharp.CrashingTrainer;
using TorchSharp;

// Trains a module until a step, from wherever the store's newest commit is, and commits all the time. Made to be killed.
try
{
    TorchRuntime.Require();
}
catch (DllNotFoundException missing)
{
    Console.Error.WriteLine(missing.Message);
    return 3;
}
torch.set_num_threads(1);
var (folder, steps) = (args[0], long.Parse(args[1], CultureInfo.InvariantCulture));
Console.WriteLine(await TorchScenario.TrainAsync(new FileSnapshotStore(folder), steps, Enum.Parse<DenseRule>(args[2])));
return 0;
