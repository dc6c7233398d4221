using System.Globalization;
using System.Runtime.InteropServices;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Consumer.Tests.Faults.Stores;

/// <summary>A trainer, and a replica that follows it; the store may be set back under both.</summary>
internal sealed class FollowedLine : IAsyncDisposable
{
    private readonly CopiedStore _store;
    private readonly int _seed;
    private readonly FeatureSchema _schema = SmallTrainer.Schema();
    private SmallTrainer _trainer;
    private ModelReplica? _replica;

    private FollowedLine(CopiedStore store, int seed) => (_store, _seed, _trainer) = (store, seed, new SmallTrainer(store, seed));

    public static Task<FollowedLine> OpenAsync(CopiedStore store, int seed) => Task.FromResult(new FollowedLine(store, seed));

    /// <summary>Learns some batches; where the trainer was fenced off or the store set back, another one takes over.</summary>
    public async Task TrainAsync(int runs)
    {
        for (var run = 0; run < runs; run++)
        {
            try
            {
                await _trainer.RunAsync(30);
            }
            catch (SnapshotException)
            {
                await ReplaceTrainerAsync();
                await _trainer.RunAsync(30);
            }
        }
    }

    public async Task ReplaceTrainerAsync()
    {
        await _trainer.DisposeAsync();
        _trainer = new SmallTrainer(_store, _seed);
    }

    public void SetBack(CopiedStore copy)
    {
        _store.Files.Clear();
        foreach (var (name, bytes) in copy.Files) _store.Files[name] = bytes;
        _store.Manifest = copy.Manifest;
    }

    /// <summary>The replica holds the rows of the newest commit, and no others.</summary>
    public async Task CheckAsync(string what)
    {
        _replica ??= await ModelReplica.OpenAsync(
            _store, _ => new LogisticRegression(_schema), new() { PollEvery = TimeSpan.FromDays(1), MemoryLimitBytes = 16 << 20 });
        await _replica.CatchUpAsync();
        using var tables = new EmbeddingTableSet(SmallTrainer.Schema(), new() { MemoryLimitBytes = 16 << 20 });
        using var chain = await SnapshotChain.OpenAsync(await CopiedStore.OfAsync(_store), tables);
        foreach (var table in tables.Tables)
        {
            var (expected, actual) = (new float[table.Dimension], new float[table.Dimension]);
            for (var id = 0L; id < SmallTrainer.Ids; id++)
            {
                var (has, serves) = (table.Lookup(id, expected), _replica.Lookup(table.Name, [id], actual) == 1);
                Assert.That(serves, Is.EqualTo(has), $"{what}: id {id} of {table.Name}");
                Assert.That(MemoryMarshal.AsBytes<float>(actual).SequenceEqual(MemoryMarshal.AsBytes<float>(expected)), Is.True,
                    string.Create(CultureInfo.InvariantCulture, $"{what}: id {id} of {table.Name} is {actual[0]}, not {expected[0]}"));
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_replica is not null) await _replica.DisposeAsync();
        await _trainer.DisposeAsync();
    }
}
