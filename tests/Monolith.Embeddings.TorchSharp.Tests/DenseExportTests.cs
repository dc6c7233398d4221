using Monolith.Embeddings.Exchange;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tests.Exchange;
using Monolith.Embeddings.TorchSharp.CrashingTrainer;
using Monolith.Embeddings.Training;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp.Tests;

/// <summary>The weights of a module go out under PyTorch's keys, from the store that it was committed to.</summary>
public class DenseExportTests
{
    [Test]
    public async Task A_commit_gives_the_state_of_a_module_by_PyTorch_s_keys()
    {
        var (schema, store) = (TorchScenario.CreateSchema(), new MemorySnapshotStore());
        using var module = new TowerModule(8);
        using var model = new TorchModel(schema, module);
        using (var tables = TorchScenario.CreateTables(schema))
        {
            await using var trainer = new OnlineTrainer(tables, model, TorchScenario.CreateSource(schema, 5), store);
            await trainer.RunAsync();
        }
        using var file = new MemoryStream();
        var written = await DenseExport.WriteNpzAsync(store, file);
        var arrays = NpzArrays.Read(file);
        var floats = module.state_dict().Where(pair => pair.Value.dtype == ScalarType.Float32).ToDictionary();
        Assert.That(arrays.Keys, Is.EquivalentTo(floats.Keys).And.Contains("_hidden.weight"));
        foreach (var (key, tensor) in floats)
        {
            Assert.That(arrays[key].Shape.Select(length => (long)length), Is.EqualTo(tensor.shape), key);
            Assert.That(arrays[key].Values, Is.EqualTo(tensor.data<float>().ToArray()), key);
        }
        Assert.That(written.LeftOut, Is.EqualTo(new[] { "_norm.num_batches_tracked" }));
    }
}
