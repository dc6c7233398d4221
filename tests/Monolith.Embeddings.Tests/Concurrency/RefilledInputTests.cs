using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Features;
using Monolith.Embeddings.Tests.Snapshots;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Tests.Tables;

namespace Monolith.Embeddings.Tests.Concurrency;

/// <summary>
/// Arrays from a pool that another thread refills while a verb reads them. What the verb does to which ids is then not defined; that every
/// row is found under its key, and that a commit can be restored, is.
/// </summary>
public class RefilledInputTests : LeakChecked
{
    private const int Ids = 2000, Batches = 1500;

    private static readonly Dictionary<string, ReadOnlyMemory<byte>> NoSections = [];

    [Test]
    public async Task Arrays_that_are_refilled_under_the_verbs_leave_every_row_reachable(
        [Values] bool hasFilter, [Values(1, 16)] int stripes)
    {
        using var tables = Create(stripes, hasFilter);
        var table = tables.Tables[0];
        var (ids, counts, values) = (TestTable.Range(1, Ids), new int[Ids], new float[2 * Ids]);
        counts.AsSpan().Fill(1);
        var (random, refused) = (new Random(5), 0);
        Crowd.RunUntilDone([Use, Use], [Refill]);
        TestContext.Out.WriteLine($"{refused} of {2 * Batches} batches were refused, {table.Count} rows");
        AssertReachable(table);
        var store = new MemorySnapshotStore();
        using (var chain = await SnapshotChain.OpenAsync(store, tables)) await chain.CommitAsync(NoSections);
        using var restored = Create(4, hasFilter);
        using (await SnapshotChain.OpenAsync(store, restored)) Assert.That(SavedState.Of(restored), Is.EqualTo(SavedState.Of(tables)));

        void Use()
        {
            var (output, found) = (new float[2 * Ids], new bool[Ids]);
            for (var batch = 0; batch < Batches; batch++)
            {
                try
                {
                    Run(table, batch % 7, ids, counts, values, output, found);
                }
                catch (BatchInterruptedException cause) when (cause.InnerException is InvalidOperationException)
                {
                    Interlocked.Increment(ref refused);
                }
                catch (ArgumentException)
                {
                    // A count was 0, or a value no number, before the batch began.
                    Interlocked.Increment(ref refused);
                }
            }
        }

        void Refill()
        {
            var from = random.NextInt64(1, 40) * Ids;
            for (var i = 0; i < Ids; i++)
            {
                ids[i] = from + i;
                counts[i] = random.Next(40) == 0 ? 0 : 1;
                values[i] = random.Next(400) == 0 ? float.NaN : i;
            }
            counts.AsSpan().Fill(1);
            for (var i = 0; i < Ids; i++) values[i] = i;
        }
    }

    [Test]
    public void A_weight_that_becomes_no_number_while_it_is_copied_is_in_no_batch()
    {
        var schema = new TestSchema();
        var (weights, ids, refused) = (new float[64], new long[64], 0);
        Crowd.RunUntilDone([Write], [() => weights.AsSpan().Fill(float.NaN), () => weights.AsSpan().Fill(1)]);
        TestContext.Out.WriteLine($"{refused} rows were refused");

        void Write()
        {
            var batch = new FeatureBatch(schema.Schema);
            for (var row = 0; row < 20_000; row++)
            {
                try
                {
                    batch.BeginRow().Ids(schema.Item, ids, weights);
                    batch.EndRow();
                }
                catch (ArgumentOutOfRangeException)
                {
                    refused++;
                    batch.AbandonRow();
                }
                foreach (var weight in batch.IdWeights(schema.Item)) Assert.That(float.IsFinite(weight));
                if (row % 4 == 0) batch.Clear();
            }
        }
    }

    private static void Run(EmbeddingTable table, int verb, long[] ids, int[] counts, float[] values, float[] output, bool[] found)
    {
        switch (verb)
        {
            case 0:
                table.LookupOrAdmit(ids, counts, output, At.Seconds(5));
                break;
            case 1:
                table.ApplyGradients(ids, values, counts, At.Seconds(5));
                break;
            case 2:
                table.Assign(ids, values, At.Seconds(5));
                break;
            case 3:
                table.AssignAdd(ids, values, At.Seconds(5));
                break;
            case 4:
                table.Remove(ids);
                break;
            case 5:
                table.Lookup(ids, output);
                break;
            default:
                table.Contains(ids, found);
                break;
        }
    }

    private static void AssertReachable(EmbeddingTable table)
    {
        var seen = new HashSet<long>();
        table.ForEachRow(row => Assert.That(seen.Add(row.Key), $"id {row.Key} has two rows"), CancellationToken.None);
        long[] all = [.. seen];
        Assert.That(table.Contains(all, new bool[all.Length]), Is.EqualTo(all.Length).And.EqualTo(table.Count));
        Assert.That(TestTable.Read(table, all).All(float.IsFinite), Is.True);
    }

    private static EmbeddingTableSet Create(int stripes, bool hasFilter) => new(
        new TableSchema([TestTable.Plain(stripes, 2, o => o.Admission = hasFilter ? new MinOccurrencesOptions(2) : null)]),
        new EmbeddingTableSetOptions { MemoryLimitBytes = 1 << 26 });
}
