using System.Text;
using Microsoft.Extensions.Options;
using Monolith.Embeddings.Consumer.Tests.Faults.Clocks;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Consumer.Tests.Faults.Stores;

/// <summary>Whatever a constructor takes can be committed and restored; what cannot is refused before anything is learned.</summary>
public class RestorableTests
{
    private static readonly EmbeddingTableSetOptions Small = new() { MemoryLimitBytes = 256 << 20, Seed = 7 };
    private const int Widest = EmbeddingTableOptions.MaxDimension / SegmentOptions.MaxDimension;
    private int _refused, _rows, _commits;

    [SetUp]
    public void Begin() => (_refused, _rows, _commits) = (0, 0, 0);

    [Test]
    public async Task Every_legal_set_is_restored_from_memory() => await Try(1000, 40, _ => new MemorySnapshotStore());

    [Test]
    public async Task Every_legal_set_is_restored_from_a_folder()
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        await Try(5000, 12, seed => new FileSnapshotStore(Path.Combine(folder, $"{seed}")));
        Directory.Delete(folder, true);
    }

    [Test, Explicit]
    public async Task Every_legal_set_is_restored_from_memory_long() => await Try(100_000, 2000, _ => new MemorySnapshotStore());

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(4)]
    [TestCase(5)]
    [TestCase(6)]
    [TestCase(7)]
    public async Task The_largest_legal_sets_are_restored_or_refused_at_once(int kind)
    {
        Func<TableSchema> make = kind switch
        {
            1 => () => new TableSchema([.. Enumerable.Range(0, TableSchema.MaxTables).Select(index => Of($"{index}", 1))]),
            2 => () => new TableSchema([Of("many", EmbeddingTableOptions.MaxSegments)]),
            3 => () => new TableSchema([Of(new string('é', EmbeddingTableOptions.MaxNameBytes / 2), 1)]),
            4 => () => new TableSchema([Of("wide", Widest, SegmentOptions.MaxDimension)]),
            5 => () => new TableSchema([.. Enumerable.Range(0, TableSchema.MaxTables).Select(LongNamed)]),
            6 => () => new TableSchema([Of("stripes", 1, 1, EmbeddingTableOptions.MaxStripes)]),
            _ => () => new TableSchema([LongSegments(EmbeddingTableOptions.MaxSegments)]),
        };
        var store = new MemorySnapshotStore();
        try
        {
            await RoundTrip(make, make, store, kind, 2);
        }
        catch (Exception refused) when (refused is OptionsValidationException or NotSupportedException)
        {
            TestContext.Out.WriteLine($"refused: {refused.Message}");
        }
    }

    [Test]
    public async Task Sections_of_any_legal_name_and_of_no_bytes_come_back()
    {
        using var tables = new EmbeddingTableSet(new TableSchema([Of("t", 1)]), Small);
        var store = new MemorySnapshotStore();
        var (random, tried, taken) = (new Random(11), 0, 0);
        using (var chain = await SnapshotChain.OpenAsync(store, tables))
        {
            for (; tried < 60; tried++)
            {
                var names = new RandomSets(random);
                var sections = new Dictionary<string, ReadOnlyMemory<byte>>();
                for (var left = tried == 7 ? 1024 : random.Next(4); left > 0; left--)
                    sections[tried == 7 ? new string('s', 252) + left : names.Name()] = new byte[random.Next(3) * random.Next(40)];
                try
                {
                    await chain.CommitAsync(sections);
                }
                catch (ArgumentException)
                {
                    continue;
                }
                taken++;
                using var again = new EmbeddingTableSet(new TableSchema([Of("t", 1)]), Small);
                using var copy = await Copied(store);
                using var restored = await SnapshotChain.OpenAsync(copy, again);
                Assert.That(restored.RestoredSections.Keys, Is.EquivalentTo(sections.Keys), $"round {tried}");
                foreach (var (name, bytes) in sections)
                    Assert.That(restored.RestoredSections[name].ToArray(), Is.EqualTo(bytes.ToArray()), $"round {tried}");
            }
        }
        TestContext.Out.WriteLine($"tried {tried}, taken {taken}");
        Assert.That(taken, Is.GreaterThan(20));
    }

    private async Task Try(int first, int count, Func<int, SnapshotStore> open)
    {
        for (var seed = first; seed < first + count; seed++)
        {
            var (drawn, number) = (seed, new Random(seed).Next(1, 6));
            try
            {
                await RoundTrip(
                    () => new RandomSets(new Random(drawn)).Schema(), () => new RandomSets(new Random(drawn)).Schema(1 << drawn % 8),
                    open(seed), seed, seed % 20 == 0 ? 25 : number);
            }
            catch (OptionsValidationException refused)
            {
                TestContext.Out.WriteLine(refused.Message);
                _refused++;
            }
        }
        TestContext.Out.WriteLine($"tried {count}, refused {_refused}, commits {_commits}, rows and tables compared {_rows}");
        Assert.That(_refused, Is.LessThan(count * 3 / 4));
    }

    private async Task RoundTrip(Func<TableSchema> make, Func<TableSchema> makeAgain, SnapshotStore store, int seed, int commits)
    {
        using var tables = new EmbeddingTableSet(make(), Small, new StoppedClock());
        long step = 0;
        var sections = new Dictionary<string, ReadOnlyMemory<byte>> { ["empty"] = default, ["seed"] = BitConverter.GetBytes(seed) };
        using (var chain = await SnapshotChain.OpenAsync(store, tables))
        {
            for (var commit = 0; commit < commits; commit++, _commits++)
            {
                if (commit > 0 || seed % 3 != 0) Traffic.Run(tables, seed * 31 + commit, step++);
                await chain.CommitAsync(sections);
            }
        }
        var expected = SetState.Of(tables);
        _rows += expected.Count;
        using (var third = new EmbeddingTableSet(makeAgain(), Small, new StoppedClock()))
        {
            var found = await SnapshotInspector.VerifyAsync(store, third);
            Assert.That(found.Problems.Select(problem => problem.Message), Is.Empty, $"verify, seed {seed}");
        }
        using var again = new EmbeddingTableSet(makeAgain(), Small, new StoppedClock());
        using (var chain = await SnapshotChain.OpenAsync(store, again))
        {
            Assert.That(chain.RestoredSections["empty"].Length, Is.Zero);
            Assert.That(SetState.Difference(expected, SetState.Of(again)), Is.Null, $"restored, seed {seed}");
            for (var more = 0; more < 3; more++, step++)
            {
                Traffic.Run(tables, seed * 37 + more, step);
                Traffic.Run(again, seed * 37 + more, step);
            }
            expected = SetState.Of(tables);
            Assert.That(SetState.Difference(expected, SetState.Of(again)), Is.Null, $"gone on, seed {seed}");
            await chain.CommitAsync(sections);
        }
        if (seed % 2 == 0) await SnapshotCompactor.CompactAsync(store, new() { IndexBytes = SnapshotCompactionOptions.MinIndexBytes });
        using var last = new EmbeddingTableSet(make(), Small, new StoppedClock());
        using var lastChain = await SnapshotChain.OpenAsync(store, last);
        Assert.That(SetState.Difference(expected, SetState.Of(last)), Is.Null, $"restored again, seed {seed}");
    }

    private static async Task<CopiedStore> Copied(SnapshotStore store) => await CopiedStore.OfAsync(store);

    private static EmbeddingTableOptions LongNamed(int index) =>
        LongSegments(8, Encoding.UTF8.GetString([.. Enumerable.Repeat((byte)'n', 250)]) + index.ToString("D6", null));

    private static EmbeddingTableOptions LongSegments(int segments, string name = "long")
    {
        var table = Of(name, segments);
        for (var index = 0; index < segments; index++) table.Segments[index].Name = new string('x', 250) + index.ToString("D6", null);
        return table;
    }

    private static EmbeddingTableOptions Of(string name, int segments, int dimension = 1, int stripes = 4)
    {
        var table = new EmbeddingTableOptions { Name = name, Stripes = stripes };
        for (var index = 0; index < segments; index++) table.Segments.Add(new SegmentOptions { Name = $"s{index}", Dimension = dimension });
        return table;
    }
}
