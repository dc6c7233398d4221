using System.Globalization;
using System.Text;
using Microsoft.Extensions.Options;
using Monolith.Embeddings.Exchange;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Consumer.Tests.Faults.Options;

/// <summary>
/// Names of tables, segments and sections from all of Unicode: refused when the set is made, or carried through every file as they are.
/// </summary>
[TestFixture]
public sealed class HostileNamesTests
{
    private static readonly string[] Edges =
    [
        "a", "A", "a\0", "\0a", "a\0b", "\0", "\0\0", "a ", " a", "a\t", "a\tb", "a\nb", "a\r\nb", "a\u2028b", "é", "e\u0301", "É", "ﬁ",
        "fi", "Å", "\u212B", "A\u030A", "\uFEFFa", "a\uFEFF", "\uFEFF", "\u200B", "\u202Ea", "a\\", "a\"b", "'", "\"", "{a}", "{0}", "%d",
        "a/b", "/", "a/", "..", ".",
        "../x", "C:\\x", "con", "nul", "a:b", "a*", "a?", "<a>", "&amp;", "]]>", "-- ", "; drop table", "$(x)", "`x`", "~", "#", "😀",
        "\U0010FFFF", "\uFFFF", "\uFFFE", "\uFFFD", "\uE000", "\u007F", "a\u0085", "\u0080", "\u001B[31m", "ids", "weights", "model",
        "null", "true", "0", "-1", "NaN",
        new('x', 256), new('é', 128), string.Concat(Enumerable.Repeat("😀", 64)), "bias\0\0\0", "İ", "ı", "ß", "ẞ", "１", "١",
    ];

    private static readonly string[] Refused =
    [
        "", " ", "\t", "\n", "\u00A0", "\u2003", "\u2028", "\u0085", "\uD800", "a\uD800", "\uDC00", "a\uDC00b", "\uDC00\uD800",
        "\uD800\uD800\uDC00", new('x', 257), new('é', 129), string.Concat(Enumerable.Repeat("😀", 65)), new('x', 1 << 20),
    ];

    [Test]
    public async Task NamesAtTheEdgesGoThroughEveryFile()
    {
        await RoundTripAsync(Edges, Edges.Where(e => !e.Contains('/', StringComparison.Ordinal)), "edges");
        TestContext.Out.WriteLine($"tried {Edges.Length}");
    }

    [Test]
    public Task NamesOfAllOfUnicodeGoThroughEveryFile() => AllOfUnicodeAsync(oneOf: 40);

    [Test, Explicit("minutes")]
    public Task NamesOfAllOfUnicodeGoThroughEveryFileAllOfThem() => AllOfUnicodeAsync(oneOf: 1);

    [Test]
    public void NamesThatNoFileCanHoldAreRefusedWhenTheSetIsMade()
    {
        foreach (var name in Refused)
        {
            var what = $"'{Escaped(name)}'";
            var table = new EmbeddingTableOptions { Name = name, Segments = { new SegmentOptions { Name = "v" } } };
            Assert.Throws<OptionsValidationException>(() => new EmbeddingTableSet(new TableSchema([table]),
                new() { MemoryLimitBytes = 1 << 20 }), what);
            var segment = new EmbeddingTableOptions { Name = "t", Segments = { new SegmentOptions { Name = name } } };
            Assert.Throws<OptionsValidationException>(() => new EmbeddingTableSet(new TableSchema([segment]),
                new() { MemoryLimitBytes = 1 << 20 }), what);
        }
        TestContext.Out.WriteLine($"tried {2 * Refused.Length}");
    }

    [Test]
    public async Task SectionsThatNoFileCanHoldAreRefusedBeforeTheCut()
    {
        using var tables = Set(["t"]);
        using var chain = await SnapshotChain.OpenAsync(new MemorySnapshotStore(), tables);
        string[] names = ["", "\uD800", "a\uDC00", "a/b", "/", new('x', 257), new('é', 129), new('/', 2)];
        foreach (var name in names)
            Assert.ThrowsAsync<ArgumentException>(async () =>
                await chain.CommitAsync(new Dictionary<string, ReadOnlyMemory<byte>> { [name] = new byte[] { 1 } }), Escaped(name));
        await chain.CommitAsync(new Dictionary<string, ReadOnlyMemory<byte>> { ["good"] = new byte[] { 1 } });
        TestContext.Out.WriteLine($"tried {names.Length}");
    }

    [Test]
    public async Task TextForTheEyeHasALineARowWhateverTheNames()
    {
        var tried = 0;
        foreach (var name in Edges)
        {
            var options = new EmbeddingTableOptions
            {
                Name = name,
                Segments = { new SegmentOptions { Name = name, Dimension = 2 },
                new SegmentOptions { Name = name[..1] == "x" ? "y" : "x" } }
            };
            using var table = new EmbeddingTable(options, new() { MemoryLimitBytes = 1 << 20 });
            table.Assign([1, -2], [1, 2, 3, 4, 5, 6], At.Seconds(1_600_000_000));
            using var text = new StringWriter { NewLine = "\n" };
            await TableExport.WriteTsvAsync(table, text);
            var lines = text.ToString().TrimEnd('\n').Split('\n');
            tried++;
            Assert.That(lines, Has.Length.EqualTo(3), $"'{Escaped(name)}': {Escaped(text.ToString())}");
            Assert.That(lines.Select(l => l.Split('\t').Length).Distinct().Count(), Is.EqualTo(1),
                $"'{Escaped(name)}': {Escaped(text.ToString())}");
        }
        TestContext.Out.WriteLine($"tried {tried}");
    }

    [Test]
    public async Task StoresLieInFoldersOfAnyName()
    {
        var root = Directory.CreateTempSubdirectory("odd names ").FullName;
        var tried = 0;
        try
        {
            foreach (var name in new[] { "plain", "with space", " lead", "trail ", "dot.", "é", "e\u0301", "😀", "a\nb", "a\tb", "'",
                "\"q\"", "%41", "a&b", "{0}", "*", "?", "~", "-x", "\u202Ex", "\uFEFFx", "a:b", "a\\b", "$(x)" })
            {
                tried++;
                using (var tables = Set(["t"]))
                {
                    tables["t"].Assign([1], [1, 2, 3], At.Seconds(1_600_000_000));
                    using var chain = await SnapshotChain.OpenAsync(new FileSnapshotStore(Path.Combine(root, name)), tables);
                    await chain.CommitAsync(new Dictionary<string, ReadOnlyMemory<byte>>());
                }
                using var restored = Set(["t"]);
                using var again = await SnapshotChain.OpenAsync(new FileSnapshotStore(Path.Combine(root, name)), restored);
                Assert.That(restored.Count, Is.EqualTo(1), name);
                Assert.That(Directory.Exists(Path.Combine(root, name)), Is.True, name);
            }
            Assert.That(Directory.GetDirectories(root), Has.Length.EqualTo(tried));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
        TestContext.Out.WriteLine($"tried {tried}");
    }

    private static async Task AllOfUnicodeAsync(int oneOf)
    {
        const int Seed = 13, InAName = 50, InASet = 200;
        var random = new Random(Seed);
        var points = Enumerable.Range(0, 0x110000).Where(p => p is < 0xD800 or > 0xDFFF && random.Next(oneOf) == 0).ToArray();
        random.Shuffle(points);
        var names = new List<string>();
        foreach (var chunk in points.Chunk(InAName))
        {
            var name = $"{names.Count}:";
            foreach (var point in chunk) name += char.ConvertFromUtf32(point);
            if (Encoding.UTF8.GetByteCount(name) <= 256) names.Add(name);
        }
        foreach (var set in names.Chunk(InASet)) await RoundTripAsync(set, set.Select(s => s.Replace('/', '_')), $"seed {Seed}");
        TestContext.Out.WriteLine($"tried {points.Length} characters in {names.Count} names");
    }

    private static async Task RoundTripAsync(string[] names, IEnumerable<string> sectionNames, string what)
    {
        var store = new MemorySnapshotStore();
        var sections = sectionNames.Select((name, i) => (name, i))
            .ToDictionary(s => s.name, s => new ReadOnlyMemory<byte>([(byte)s.i, 7]), StringComparer.Ordinal);
        using var tables = Set(names);
        for (var i = 0; i < names.Length; i++) tables[names[i]].Assign([i, -i], [i, 1, 2, 3, 4, i], At.Seconds(1_600_000_000));
        using (var chain = await SnapshotChain.OpenAsync(store, tables)) await chain.CommitAsync(sections);

        var verified = await SnapshotInspector.VerifyAsync(store);
        Assert.That(verified.Problems, Is.Empty, what);
        Assert.That(verified.Commits[0].Training.Tables.Select(t => t.Name), Is.EqualTo(names), what);

        using var restored = Set(names);
        using (var chain = await SnapshotChain.OpenAsync(store, restored))
        {
            Assert.That(chain.RestoredSections.Keys, Is.EquivalentTo(sections.Keys), what);
            foreach (var (name, bytes) in sections) Assert.That(chain.RestoredSections[name].ToArray(), Is.EqualTo(bytes.ToArray()),
                $"{what}: section '{Escaped(name)}'");
        }
        using var warm = Set([.. names.Reverse()]);
        await WarmStart.LoadAsync(store, warm);
        for (var i = 0; i < names.Length; i++)
        {
            var name = $"{what}: '{Escaped(names[i])}'";
            float[] row = new float[3], warmRow = new float[3], right = [i, 1, 2];
            restored[names[i]].Lookup(i == 0 ? -1 : i, row);
            if (i > 0) Assert.That(row, Is.EqualTo(right), name);
            warm[names[i]].Lookup(i, warmRow);
            if (i > 0) Assert.That(warmRow, Is.EqualTo(right), name);
            Assert.That(restored[names[i]].Explain(i).ToString(), Does.Contain(names[i]), name);
            await ExportAsync(store, tables[names[i]], name, fromStore: i % 10 == 0);
        }
    }

    private static async Task ExportAsync(SnapshotStore store, EmbeddingTable table, string what, bool fromStore)
    {
        using var file = new MemoryStream();
        if (fromStore) await TableExport.WriteNpzAsync(store, table.Name, file);
        else await TableExport.WriteNpzAsync(table, file);
        using var set = Set([table.Name]);
        try
        {
            await TableImport.ReadNpzAsync(set.Tables[0], file);
        }
        catch (InvalidDataException e)
        {
            Assert.Fail($"{what}: its own export is refused: {Escaped(e.Message)}");
        }
        Assert.That(set.Tables[0].Count, Is.EqualTo(table.Count), what);
    }

    private static EmbeddingTableSet Set(string[] names) => new(new TableSchema([.. names.Select(name =>
    {
        var options = new EmbeddingTableOptions { Name = name, Stripes = 1, RemovalHistory = 0 };
        options.Segments.Add(new SegmentOptions { Name = name });
        options.Segments.Add(new SegmentOptions { Name = name == "vector" ? "other" : "vector", Dimension = 2 });
        return options;
    })]), new() { MemoryLimitBytes = Math.Max(1, names.Length) * (512L << 10) + (1 << 20) });

    private static string Escaped(string text) => string.Concat(text.Take(80)
        .Select(c => c is < ' ' or > '~' ? $"\\u{((int)c).ToString("X4", CultureInfo.InvariantCulture)}" : c.ToString()));
}
