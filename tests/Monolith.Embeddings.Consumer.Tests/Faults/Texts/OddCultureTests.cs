using System.Globalization;
using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Consumer.Tests.Faults.Clocks;
using Monolith.Embeddings.Consumer.Tests.Faults.Files;
using Monolith.Embeddings.Eviction;
using Monolith.Embeddings.Exchange;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Consumer.Tests.Faults.Texts;

/// <summary>What the library writes is the same on threads of every culture: texts, files, messages.</summary>
[TestFixture]
public sealed class OddCultureTests
{
    [Test]
    public void EverythingThatIsWrittenIsTheSameInEveryCulture()
    {
        string? right = null;
        foreach (var culture in OddCultures.All)
        {
            var got = OddCultures.In(culture, () => Scenario().GetAwaiter().GetResult());
            right ??= got;
            Assert.That(got, Is.EqualTo(right), culture.NumberFormat.NumberDecimalSeparator);
        }
        Assert.That(right, Does.Contain("-1.5").And.Contain("2020-"));
        TestContext.Out.WriteLine($"tried {OddCultures.All.Count}, {right!.Length} characters each");
    }

    private static async Task<string> Scenario()
    {
        var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        var culture = CultureInfo.CurrentCulture;
        var options = new EmbeddingTableOptions
        {
            Name = "t",
            TrackFrequency = true,
            TrackAdmissionTime = true,
            Expiry = new TimeToLiveOptions(TimeSpan.FromDays(30.25)),
            AtLimit = new LeastFrequentlyUsedOptions { HalfLife = TimeSpan.FromDays(2) },
            Admission = new MinOccurrencesOptions(3),
            Segments = { new SegmentOptions { Name = "v", Dimension = 2, Optimizer = new AdamOptions() } },
        };
        var clock = new SetClock(new DateTimeOffset(2020, 10, 1, 0, 0, 0, TimeSpan.Zero));
        using var tables = new EmbeddingTableSet(new TableSchema([options]), new() { MemoryLimitBytes = 1 << 20 }, clock);
        var table = tables["t"];
        table.Assign([1, -2, long.MinValue], [-1.5f, 1e-30f, 3e30f, 0.1f, -0f, 1234567.8f], At.Seconds(1_600_000_000));
        table.ApplyGradients([1, -2], [0.1f, -0.2f, 0.3f, float.NaN], [], At.Seconds(1_600_000_100), 1);
        table.LookupOrAdmit([42], [], new float[2], At.Seconds(1_600_000_200));
        foreach (var id in new[] { 1L, -2, 42, long.MinValue }) text.WriteLine(table.Explain(id));
        text.WriteLine(table.GetStatistics() with { Bytes = new TableBytes() });
        text.WriteLine(table.DryRun(new TimeToLiveOptions(TimeSpan.FromSeconds(1))));
        await TableExport.WriteTsvAsync(table, text);
        await SayAsync(text, () =>
            new EmbeddingTableOptions
            {
                Segments = { new SegmentOptions { Dimension = -5,
            Optimizer = new SgdOptions { LearningRate = -1.5f } } },
                MaxRows = -1_000_000
            } is var bad
            ? Task.FromResult(new EmbeddingTable(bad)) : null!);
        await SayAsync(text, () => Task.FromResult(table.Assign([1], [1.5f], At.Seconds(0))));
        await SayAsync(text, () => Task.FromResult(table.Assign([1], [1.5f, float.NegativeInfinity], At.Seconds(0))));
        await SayAsync(text, () => Task.FromResult(Features.FeatureId.Of(-1_000_000, 1L << 60)));
        await SayAsync(text, () => TableImport.ReadNpzAsync(table,
            new MemoryStream(Npz.Zip([("ids.npy", Npz.Array("<f8", "(1000000, 3)", []))]))));
        await SayAsync(text, () => TableImport.ReadNpzAsync(table, new MemoryStream(new byte[1000])));
        var store = new MemorySnapshotStore();
        // An awaited call may end on another thread, of another culture.
        CultureInfo.CurrentCulture = culture;
        using var chain = await SnapshotChain.OpenAsync(store, tables, timeProvider: clock);
        var commit = await chain.CommitAsync(new Dictionary<string, ReadOnlyMemory<byte>>());
        text.WriteLine($"{commit.Number} {commit.Rows} {commit.Created:O}");
        CultureInfo.CurrentCulture = culture;
        await SayAsync(text, async () => await store.OpenAsync("x"));
        return text.ToString();
    }

    private static async Task SayAsync<T>(StringWriter text, Func<Task<T>> call)
    {
        try
        {
            text.WriteLine(await call());
        }
        catch (Exception e) when (e is not AssertionException)
        {
            text.WriteLine($"{e.GetType().Name}: {e.Message}");
        }
    }
}
