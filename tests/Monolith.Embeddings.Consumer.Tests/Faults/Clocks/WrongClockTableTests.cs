using System.Globalization;
using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Consumer.Tests.Faults.Files;
using Monolith.Embeddings.Consumer.Tests.Faults.Numbers;
using Monolith.Embeddings.Eviction;
using Monolith.Embeddings.Exchange;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Consumer.Tests.Faults.Clocks;

/// <summary>Event times of every kind into the verbs of a table: what they may move, and what they must not.</summary>
[TestFixture]
public sealed class WrongClockTableTests
{
    private const uint Skew = 86_400;
    private static readonly DateTimeOffset Host = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly uint Now = (uint)Host.ToUnixTimeSeconds();

    private static readonly uint[] Times =
    [
        0, 1, 60, 86_400, 1_600_000, 315_532_799, 315_532_800, 946_684_800, 1_000_000_000, int.MaxValue, (uint)int.MaxValue + 1,
        4_070_908_800, uint.MaxValue, uint.MaxValue - 1, uint.MaxValue - Skew,
        Now, Now - 1, Now + 1, Now + Skew, Now + Skew + 1, Now - Skew, Now - (30 * Skew), Now - (31 * Skew), Now + (2 * Skew), Now - 3600,
        Now - 7200,
    ];

    [Test]
    public void NoTimeMovesTheNewestOneBeyondTheClockAndTheSkewOrARowFurtherThanTheSkewBeyondThat()
    {
        var (tried, evicted) = (0, 0L);
        for (var seed = 0; seed < 120; seed++)
        {
            var random = new Random(seed);
            using var table = Table(random, new SetClock(Host));
            for (var call = 0; call < 120; call++)
            {
                tried++;
                var what = $"seed {seed}, call {call}";
                evicted += OneCall(table, random);
                Assert.That(table.NewestEventTime.InSeconds(), Is.LessThanOrEqualTo(Now + Skew), what);
                if (call % 10 == 0) AssertWhole(table, what);
            }
            AssertWhole(table, $"seed {seed}");
            var back = Times[random.Next(Times.Length)];
            table.SetEventTimeBack(At.Seconds(back));
            Assert.That(table.NewestEventTime.InSeconds(), Is.LessThanOrEqualTo(back), $"seed {seed}: set back to {back}");
            foreach (var chunk in table.EnumerateRows())
                foreach (var time in chunk.LastUpdatesMilliseconds)
                    Assert.That(time / 1000, Is.LessThanOrEqualTo(back), $"seed {seed}: set back to {back}");
        }
        TestContext.Out.WriteLine($"tried {tried}, {evicted} rows went");
    }

    [Test]
    public void TheClockChangesNothingWhereNoTimeIsOfTheFuture()
    {
        var compared = 0;
        for (var seed = 0; seed < 200; seed++)
        {
            var contents = new HashSet<string>();
            foreach (var years in new[] { 0, 3, 40, 70 })
            {
                var random = new Random(seed);
                using var table = Table(random, new SetClock(Host.AddYears(years)), wallClock: false);
                for (var call = 0; call < 80; call++) OneCall(table, random, Now - (40 * Skew), Now - 1);
                Assert.That(table.GetStatistics().FutureEventTimes, Is.Zero);
                contents.Add(Content(table));
                compared++;
            }
            Assert.That(contents, Has.Count.EqualTo(1), $"seed {seed}");
        }
        TestContext.Out.WriteLine($"tried {compared}");
    }

    [Test]
    public void WhoMustBeAliveIsAliveWhenEveryTimeIsNearTheNewest()
    {
        var (tried, evictions) = (0, 0);
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var life = TimeSpan.FromSeconds(random.Next(1, 4 * (int)Skew));
            using var table = new EmbeddingTable(
                Options(new TimeToLiveOptions(life)), new() { MemoryLimitBytes = 1 << 20 }, new SetClock(Host));
            var last = new Dictionary<long, uint>();
            uint now = Now - (300 * Skew), newest = 0;
            for (var call = 0; call < 150; call++)
            {
                now += (uint)random.Next((int)Skew / 12);
                // Late ones are taken as they are; no row goes back.
                var time = newest > 0 && random.Next(4) == 0 ? now - (uint)random.Next(3 * (int)Skew) : now;
                if (random.Next(8) == 0) time = 0;
                newest = Math.Max(newest, time);
                var id = (long)random.Next(60);
                var stamp = time == 0 ? newest : time;
                if (newest == 0) continue;
                tried++;
                if (random.Next(2) == 0) table.Assign([id], [1, 2], At.Seconds(time));
                else table.ApplyGradients([id], [1, 2], [], At.Seconds(time));
                last[id] = Math.Max(last.GetValueOrDefault(id), stamp);
                if (random.Next(5) != 0) continue;
                evictions++;
                Assert.That(table.NewestEventTime.InSeconds(), Is.EqualTo(newest), $"seed {seed}, call {call}");
                table.Evict();
                foreach (var gone in last.Where(l => newest - (double)l.Value >= Math.Floor(life.TotalSeconds)).Select(l => l.Key)
                    .ToArray()) last.Remove(gone);
                var alive = Enumerable.Range(0, 60).Where(i => table.Contains(i)).Select(i => (long)i);
                Assert.That(alive, Is.EquivalentTo(last.Keys), $"seed {seed}, call {call}, life {life}, newest {newest}");
            }
        }
        TestContext.Out.WriteLine($"tried {tried} writes, {evictions} evictions");
    }

    [Test]
    public void FrequenciesStayNumbersWhateverTheTimes()
    {
        var tried = 0;
        TimeSpan[] halfLives = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromDays(30), TimeToLiveOptions.Longest];
        foreach (var halfLife in halfLives)
            for (var seed = 0; seed < 60; seed++)
            {
                var random = new Random(seed);
                var options = Options(null);
                options.TrackFrequency = true;
                options.MaxRows = 40;
                options.AtLimit = new LeastFrequentlyUsedOptions { HalfLife = halfLife };
                options.Admission = random.Next(2) == 0 ? null : new MinOccurrencesOptions(3) { HalfLife = halfLife };
                using var table = new EmbeddingTable(options,
                    new()
                    {
                        MemoryLimitBytes = 1 << 20,
                        RefuseFutureEventTimes = random.Next(2) == 0,
                        EventTimeConfirmations = random.Next(1, 4)
                    }, new SetClock(Host));
                for (var call = 0; call < 150; call++)
                {
                    tried++;
                    var time = Times[random.Next(Times.Length)];
                    var count = random.Next(4) == 0 ? int.MaxValue : random.Next(1, 5);
                    var ids = new long[] { random.Next(60), random.Next(60) };
                    if (random.Next(2) == 0) table.LookupOrAdmit(ids, [count, 1], new float[4], At.Seconds(time));
                    else table.ApplyGradients(ids, [1, 1, 1, 1], [count, 1], At.Seconds(time));
                    var told = table.Explain(ids[0]);
                    Assert.That(told.Frequency is null || (double.IsFinite(told.Frequency.Value) && told.Frequency >= 0), Is.True,
                        $"half-life {halfLife}, seed {seed}, call {call}: {told.Frequency}");
                    Assert.That(table.Count, Is.LessThanOrEqualTo(table.RowLimit));
                }
                table.DryRunAtLimit();
            }
        TestContext.Out.WriteLine($"tried {tried}");
    }

    [Test]
    public async Task RowsImportedWithoutTimesLiveFromTheFirstEviction([Values(0u, 5u, 1_600_000_000u)] uint given)
    {
        using var table = new EmbeddingTable(Options(new TimeToLiveOptions(TimeSpan.FromDays(30))), new() { MemoryLimitBytes = 1 << 20 },
            new SetClock(Host));
        var file = Npz.Zip([("ids.npy", Npz.Array("<i8", "(2,)", Npz.Bytes(1L, 2L))),
            ("weights.npy", Npz.Array("<f4", "(2, 2)", Npz.Bytes(1f, 2, 3, 4)))]);
        await TableImport.ReadNpzAsync(table, new MemoryStream(file), given == 0 ? null : At.Seconds(given));
        Assert.That(table.Evict(), Is.Zero);
        table.Assign([3], [1, 1], At.Seconds(Now - (60 * Skew)));
        var right = given == 0 ? 3 : 1;
        for (var call = 0; call < 40; call++) table.Assign([3], [1, 1], At.Seconds(Now - (60 * Skew)));
        table.Evict();
        Assert.That(table.Count, Is.EqualTo(right), "their life begins where a time is known first");
        for (var day = 60u; day > 30; day--) table.Assign([3], [1, 1], At.Seconds(Now - (day * Skew)));
        table.Evict();
        Assert.That(table.Count, Is.EqualTo(right), "29 days later");
        table.Assign([3], [1, 1], At.Seconds(Now - (30 * Skew)));
        table.Evict();
        Assert.That(table.Count, Is.EqualTo(1), "30 days later");
        TestContext.Out.WriteLine("tried 1");
    }

    [Test]
    public async Task ATimeOfTheFutureIsGoneOnceItIsSetBackAlsoAfterARestart()
    {
        var tried = 0;
        foreach (var wrong in Times.Where(t => t > Now))
        {
            tried++;
            var store = new MemorySnapshotStore();
            var schema = new TableSchema([Options(new TimeToLiveOptions(TimeSpan.FromDays(30)))]);
            using (var tables = new EmbeddingTableSet(schema,
                new() { MemoryLimitBytes = 1 << 20, RefuseFutureEventTimes = false, EventTimeConfirmations = 1 }, new SetClock(Host)))
            {
                tables["t"].Assign([1], [1, 1], At.Seconds(wrong));
                Assert.That(tables["t"].NewestEventTime.InSeconds(), Is.EqualTo(wrong));
                using var chain = await SnapshotChain.OpenAsync(store, tables);
                await chain.CommitAsync(new Dictionary<string, ReadOnlyMemory<byte>>());
            }
            using var restored = new EmbeddingTableSet(schema, new() { MemoryLimitBytes = 1 << 20 }, new SetClock(Host));
            using var again = await SnapshotChain.OpenAsync(store, restored);
            Assert.That(restored["t"].NewestEventTime.InSeconds(), Is.EqualTo(wrong), "a saved time is believed");
            Assert.That(restored.SetEventTimeBack(At.Seconds(Now)), Is.EqualTo(1));
            restored["t"].Assign([2], [1, 1], At.Seconds(Now));
            Assert.That(restored.Evict(), Is.Zero);
            for (var day = 1u; day <= 31; day++) restored["t"].Assign([2], [1, 1], At.Seconds(Now - 0));
            Assert.That(restored["t"].Explain(1).LastUpdate?.InSeconds(), Is.EqualTo(Now));
        }
        TestContext.Out.WriteLine($"tried {tried}");
    }

    [Test]
    public void DurationsOfEveryLengthAreRefusedOrMeant()
    {
        var tried = 0;
        foreach (var ticks in new[] { 0, 1, -1, 9_999_999, 10_000_000, 10_000_001, 15_000_000, long.MaxValue, long.MinValue,
            TimeToLiveOptions.Longest.Ticks, TimeToLiveOptions.Longest.Ticks + 1, TimeToLiveOptions.Longest.Ticks + 10_000_000,
                TimeSpan.FromDays(1).Ticks })
        {
            tried++;
            var life = TimeSpan.FromTicks(ticks);
            var what = life.ToString("c", CultureInfo.InvariantCulture);
            EmbeddingTable table;
            try
            {
                table = new EmbeddingTable(Options(new TimeToLiveOptions(life)), new() { MemoryLimitBytes = 1 << 20 }, new SetClock(Host));
            }
            catch (Microsoft.Extensions.Options.OptionsValidationException)
            {
                Assert.That(life < TimeSpan.FromSeconds(1) || life > TimeToLiveOptions.Longest, Is.True, what);
                continue;
            }
            using (table)
            {
                var seconds = (long)life.TotalSeconds;
                table.Assign([1], [1, 1], At.Seconds(1_500_000_000));
                foreach (var age in new[] { seconds - 1, seconds })
                {
                    if (1_500_000_000 + age > Now) continue;
                    for (var call = 0; call < 20; call++) table.Assign([2], [1, 1], At.Seconds((uint)(1_500_000_000 + age)));
                    table.Evict();
                    Assert.That(table.Contains(1), Is.EqualTo(age < seconds), $"{what} at {age}");
                }
            }
        }
        TestContext.Out.WriteLine($"tried {tried}");
    }

    private static long OneCall(EmbeddingTable table, Random random, uint from = 0, uint to = 0)
    {
        var time = to > 0 ? (uint)random.NextInt64(from, to) : random.Next(3) == 0 ? (uint)random.NextInt64(uint.MaxValue)
            : Times[random.Next(Times.Length)];
        var ids = new long[] { random.Next(50), random.Next(50) };
        switch (random.Next(8))
        {
            case 0: table.Assign(ids, [1, 2, 3, 4], At.Seconds(time)); break;
            case 1: table.AssignAdd(ids, [1, 2, 3, 4], At.Seconds(time)); break;
            case 2 or 3: table.LookupOrAdmit(ids, [], new float[4], At.Seconds(time)); break;
            case 4 or 5: table.ApplyGradients(ids, [1, 2, 3, 4], [], At.Seconds(time)); break;
            case 6: return table.Evict();
            default: table.Remove(ids[0]); break;
        }
        return 0;
    }

    private static void AssertWhole(EmbeddingTable table, string what)
    {
        var rows = new HashSet<long>();
        foreach (var chunk in table.EnumerateRows())
            for (var i = 0; i < chunk.Count; i++)
            {
                Assert.That(rows.Add(chunk.Ids[i]), Is.True, what);
                Assert.That(chunk.LastUpdatesMilliseconds[i] / 1000, Is.LessThanOrEqualTo(Now + (2 * Skew)), $"{what}: id {chunk.Ids[i]}");
            }
        for (var id = 0L; id < 50; id++)
        {
            var told = table.Explain(id);
            Assert.That(table.Contains(id), Is.EqualTo(rows.Contains(id)).And.EqualTo(told.HasRow), $"{what}: id {id}");
            Assert.That(told.ToString(), Is.Not.Empty);
            Assert.That(told.AdmittedAt?.InSeconds() ?? 0, Is.LessThanOrEqualTo(Now + (2 * Skew)), $"{what}: id {id}");
        }
    }

    private static string Content(EmbeddingTable table)
    {
        var lines = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var chunk in table.EnumerateRows())
            for (var i = 0; i < chunk.Count; i++)
                lines.Add($"{chunk.Ids[i]} {chunk.LastUpdatesMilliseconds[i] / 1000} {AbsurdFloats.Bits(chunk.Weights.Slice(2 * i, 2))}");
        return string.Join('\n', lines) + table.NewestEventTime.InSeconds();
    }

    private static EmbeddingTable Table(Random random, TimeProvider clock, bool wallClock = true)
    {
        var options = Options(new TimeToLiveOptions(TimeSpan.FromDays(random.Next(1, 60)))
        {
            Clock = wallClock && random.Next(4) == 0
            ? ExpiryClock.WallClock : ExpiryClock.EventTime
        });
        options.TrackAdmissionTime = true;
        options.Admission = random.Next(3) == 0 ? new MinOccurrencesOptions(2) { HalfLife = TimeSpan.FromDays(2) } : null;
        return new EmbeddingTable(options, new() { MemoryLimitBytes = 1 << 20, EventTimeConfirmations = random.Next(1, 20) }, clock);
    }

    private static EmbeddingTableOptions Options(ExpiryPolicyOptions? expiry) => new()
    {
        Name = "t",
        Stripes = 2,
        RemovalHistory = 16,
        Expiry = expiry,
        Segments = { new SegmentOptions { Name = "v", Dimension = 2, Optimizer = new SgdOptions() } },
    };
}
