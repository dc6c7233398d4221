using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Tests.Tables;

namespace Monolith.Embeddings.Tests.Snapshots;

/// <summary>
/// Two small tables that are trained at random and saved, commit by commit. Each commit's state is remembered by the caller
/// that passes <see cref="States"/> on.
/// </summary>
internal sealed class TrainedChain : IDisposable
{
    private readonly Random _random;
    private readonly int _ids;
    private uint _now = 1000;
    private long _step;

    private TrainedChain(EmbeddingTableSet tables, SnapshotChain chain, ChainStates states, int seed, int ids)
    {
        (Tables, Chain, States, _random, _ids) = (tables, chain, states, new Random(seed), ids);
        _now += (uint)(1000 * chain.Incarnation);
    }

    public EmbeddingTableSet Tables { get; }

    public SnapshotChain Chain { get; }

    public ChainStates States { get; }

    public ManualTime Time { get; } = new();

    public static EmbeddingTableSet Create(int stripes, ulong hashMask = ulong.MaxValue)
    {
        var counted = TestTable.Plain(
            stripes, 2, o => (o.Name, o.Admission, o.Expiry, o.TrackFrequency, o.HashMask) =
                ("counted", new MinOccurrencesOptions(3), new TimeToLiveOptions(TimeSpan.FromSeconds(40)), true, hashMask));
        var rich = TestTable.Options(stripes, 3, o => (o.Name, o.TrackAdmissionTime, o.HashMask) = ("rich", true, hashMask));
        return new EmbeddingTableSet(
            new TableSchema([counted, rich]), new EmbeddingTableSetOptions { Seed = 7, MemoryLimitBytes = 64 << 20 });
    }

    public static async Task<TrainedChain> OpenAsync(
        SnapshotStore store, int seed, int stripes = 2, ChainStates? states = null, int ids = 40, ulong hashMask = ulong.MaxValue,
        bool serving = true)
    {
        var tables = Create(stripes, hashMask);
        try
        {
            var chain = await SnapshotChain.OpenAsync(
                store, tables, new SnapshotChainOptions { RestoreThreads = 2, PublishServing = serving }, new ManualTime());
            states ??= new ChainStates();
            if (chain.Newest is not null) states.AssertRestored(chain, tables);
            return new TrainedChain(tables, chain, states, seed, ids);
        }
        catch
        {
            tables.Dispose();
            throw;
        }
    }

    public void Train(int steps)
    {
        for (; steps > 0; steps--)
        {
            var table = Tables.Tables[_random.Next(2)];
            long[] ids = [.. Enumerable.Range(0, _random.Next(1, 8)).Select(_ => (long)_random.Next(_ids) - 3).Distinct()];
            var values = TestTable.Values(ids.Length, table.Dimension, _random.Next());
            switch (_random.Next(9))
            {
                case 0: table.Assign(ids, values, At.Seconds(_now)); break;
                case 1 or 2: table.ApplyGradients(ids, values, [], At.Seconds(_now), _step++); break;
                case 3 or 4: table.LookupOrAdmit(ids, [], values, At.Seconds(_now), _step++); break;
                case 5: table.Remove(ids); break;
                case 6: _now += (uint)_random.Next(12); break;
                case 7: table.Evict(); break;
                case 8 when _random.Next(10) == 0: table.Clear(); break;
            }
        }
    }

    public async Task<SnapshotCommit> CommitAsync(bool full = false)
    {
        var model = new byte[_random.Next(1, 30)];
        _random.NextBytes(model);
        var sections = new Dictionary<string, ReadOnlyMemory<byte>>
        {
            ["model"] = model,
            ["position"] = new byte[] { (byte)_random.Next(256) },
            ["empty"] = default,
        };
        await using var pending = await Chain.CutAsync(sections, full);
        States.Cut(Chain, Tables, sections);
        return await pending.WriteAsync();
    }

    public void Dispose()
    {
        Chain.Dispose();
        Tables.Dispose();
    }
}
