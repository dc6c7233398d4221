using System.IO.Compression;
using System.Text;
using Monolith.Embeddings.Exchange;

namespace Monolith.Embeddings.Consumer.Tests.Faults.Files;

/// <summary>NumPy files of every wrong form: refused with a message and nothing imported, or imported as they say.</summary>
[TestFixture]
public sealed class HostileNpzTests
{
    private static readonly byte[] Ids = Npz.Bytes(11L, -12L, long.MinValue);
    private static readonly byte[] Weights = Npz.Bytes(1f, 2, 3, 4, 5, 6, 7, 8, 9);
    private static readonly byte[] Times = Npz.Bytes(1_599_999_000u, 1_600_000_500u, 1_500_000_000u);

    [Test]
    public async Task OnlyTheDocumentedTypesOfArraysAreRead()
    {
        string[] types =
        [
            "<i8", "<u8", "<f4", "<u4", ">i8", ">f4", ">u4", ">u8", "=i8", "=f4", "|i8", "i8", "f4", "<i4", "<i2", "|i1", "|u1", "<f8",
            "<f2", "<c8", "<c16", "|b1", "?", "<U1", "<U3", "|S8", "|S4", "|O", "O", "<M8[s]",
            "<m8", "|V8", "", " ", "<", "<i", "<i8 ", " <i8", "<i08", "<i+8", "<f4\\x00", "<i88888888888888888888", "<i-8", "float32",
            "int64", "<F4", "<I8", "８", "<f４", "<i8\u0000",
        ];
        string[] good = ["<i8", "<u8", "<f4", "<u4"];
        var (tried, read) = (0, 0);
        foreach (var array in new[] { "ids", "weights", "last_updates" })
            foreach (var type in types)
            {
                tried++;
                var files = Good();
                files[array] = array switch
                {
                    "ids" => Npz.Array(type, "(3,)", Ids),
                    "weights" => Npz.Array(type, "(3, 3)", Weights),
                    _ => Npz.Array(type, "(3,)", Times),
                };
                using var target = new ImportTarget();
                var refused = await target.ImportAsync(Zip(files), $"{array} of '{type}'");
                var right = array switch { "ids" => type is "<i8" or "<u8", "weights" => type is "<f4", _ => type is "<u4" };
                if (right) Assert.That(refused, Is.Null, $"{array} of '{type}'");
                else if (refused is not null) Assert.That(refused, Does.Contain(array), $"{array} of '{type}'");
                else
                {
                    // Another spelling of a type that is read, and nothing else, may be taken.
                    Assert.That(good.Select(g => g[1..]), Does.Contain(type.TrimStart('=', '|', '<')), $"{array} of '{type}' was read");
                    Assert.That(target.Content(), Is.EqualTo(await ImportedAsync(Good())), $"{array} of '{type}'");
                }
                read += refused is null ? 1 : 0;
            }
        TestContext.Out.WriteLine($"tried {tried}, of which {read} read");
    }

    [Test]
    public async Task ShapesThatAreNotThoseOfTheTableAreRefused()
    {
        string[] shapes =
        [
            "()", "(3)", "(3,)", "(3, 3)", "(3,3)", "( 3 , 3 , )", "(3, 1)", "(1, 3)", "(9,)", "(1, 9)", "(9, 1)", "(3, 3, 1)", "(0,)",
            "(0, 3)", "(3, 0)", "(0, 0)", "(-3,)", "(-3, -3)", "(3L,)", "(3L, 3L)", "(3.0,)", "(0x3,)", "(03,)",
            "(2,)", "(4,)", "(2, 3)", "(4, 3)", "(3, 2)", "(3, 4)", "(9223372036854775807,)", "(9223372036854775807, 3)",
            "(18446744073709551619,)", "(18446744073709551619, 3)", "(4294967299,)", "(4294967299, 3)", "(3, 4294967299)",
            "(6148914691236517206, 3)", "(1537228672809129302, 3)", "[3, 3]", "3", "None", "", "(3,", "3,)", "(,)", "(3,,3)", "(3 3)",
            "(٣,)", "(+3,)", "(3,) + (3,)", "(1_000,)", "(3, 3,, )", "(99999999999999999999999999999999,)", "(3;)",
        ];
        var (tried, read) = (0, 0);
        foreach (var array in new[] { "ids", "weights", "last_updates" })
            foreach (var shape in shapes)
                foreach (var fortran in new[] { false, true })
                {
                    tried++;
                    var files = Good();
                    files[array] = array switch
                    {
                        "ids" => Npz.Array("<i8", shape, Ids, fortran),
                        "weights" => Npz.Array("<f4", shape, Weights, fortran),
                        _ => Npz.Array("<u4", shape, Times, fortran),
                    };
                    using var target = new ImportTarget();
                    var what = $"{array} of shape {shape}, {(fortran ? "Fortran" : "C")} order";
                    var refused = await target.ImportAsync(Zip(files), what);
                    var plain = new string([.. shape.Where(c => c != ' ')]);
                    var right = array == "weights" ? plain is "(3,3)" or "(3,3,)" or "(3L,3L)"
                        : plain is "(3,)" or "(3L,)" or "(03,)" or "(+3,)" or "(3)";
                    if (refused is not null)
                    {
                        Assert.That(refused, Does.Contain(array), what);
                        if (!fortran && plain is "(3,3)" or "(3,)")
                            Assert.That((array == "weights") == (plain == "(3,)"), Is.True, $"{what}: {refused}");
                        continue;
                    }
                    read++;
                    Assert.That(right && !(fortran && array == "weights"), Is.True, what + " was read");
                    Assert.That(target.Content(), Is.EqualTo(await ImportedAsync(Good())), what);
                }
        TestContext.Out.WriteLine($"tried {tried}, of which {read} read");
    }

    [Test]
    public async Task HeadersOfOddFormsAreRefusedOrReadAsTheySay()
    {
        const string Plain = "{'descr': '<i8', 'fortran_order': False, 'shape': (3,), }";
        var good = new (string Name, byte[] Array)[]
        {
            ("plain", Npz.Raw(Plain, Ids)), ("version 2", Npz.Raw(Plain, Ids, 2)), ("version 3", Npz.Raw(Plain, Ids, 3)),
            ("other order", Npz.Raw("{'shape': (3,), 'descr': '<i8', 'fortran_order': False}", Ids)),
            ("double quotes", Npz.Raw("{\"descr\": \"<i8\", \"fortran_order\": False, \"shape\": (3,)}", Ids)),
            ("no spaces", Npz.Raw("{'descr':'<i8','fortran_order':False,'shape':(3,)}", Ids)),
            ("no padding", Npz.Raw(Plain + "\n", Ids, pad: false)),
            ("long padding", Npz.Raw(Plain + new string(' ', 5000) + "\n", Ids, pad: false)),
        };
        var bad = new (string Name, byte[] Array)[]
        {
            ("version 0", Npz.Raw(Plain, Ids, 0)), ("version 4", Npz.Raw(Plain, Ids, 4)), ("version 255", Npz.Raw(Plain, Ids, 255)),
            ("no shape", Npz.Raw("{'descr': '<i8', 'fortran_order': False}", Ids)),
            ("no descr", Npz.Raw("{'fortran_order': False, 'shape': (3,)}", Ids)),
            ("empty", Npz.Raw("{}", Ids)), ("nothing", Npz.Raw("", Ids)), ("blank", Npz.Raw(new string(' ', 100), Ids)),
            ("a list", Npz.Raw("['descr', '<i8']", Ids)), ("open", Npz.Raw("{'descr': '<i8', 'fortran_order': False, 'shape': (3,)", Ids)),
            ("open text", Npz.Raw("{'descr': '<i8, 'fortran_order': False, 'shape': (3,)}", Ids)),
            ("two shapes", Npz.Raw("{'descr': '<i8', 'fortran_order': False, 'shape': (3,), 'shape': (2,)}", Ids)),
            ("length beyond the file", Npz.Raw(Plain, Ids, 1, 60_000)), ("length of 4 GB", Npz.Raw(Plain, Ids, 2, uint.MaxValue)),
            ("length of 2 GB", Npz.Raw(Plain, Ids, 2, int.MaxValue)),
            ("length 0", Npz.Raw(Plain, Ids, 1, 0)), ("length 1", Npz.Raw(Plain, Ids, 1, 1)),
            ("length too short", Npz.Raw(Plain, Ids, 1, 40)),
            ("no data", Npz.Raw(Plain, [])), ("data a byte short", Npz.Raw(Plain, Ids[..^1])),
            ("data a byte long", Npz.Raw(Plain, [.. Ids, 0])), ("data an id long", Npz.Raw(Plain, [.. Ids, .. Ids[..8]])),
            ("truncated magic", "\u0093NUM"u8.ToArray()), ("no bytes", []), ("only the prefix", Npz.Raw(Plain, Ids)[..10]),
            ("half a prefix", Npz.Raw(Plain, Ids)[..9]),
            ("wrong magic", [0x92, .. Npz.Raw(Plain, Ids)[1..]]), ("deep", Npz.Raw(new string('(', 60_000), Ids, 2)),
            ("deep dictionaries", Npz.Raw(new string('{', 60_000), Ids, 2)),
            ("a pickle", [.. Encoding.ASCII.GetBytes("cos\nsystem\n(S'true'\ntR.")]),
            ("a record type", Npz.Raw("{'descr': [('a', '<i8')], 'fortran_order': False, 'shape': (3,)}", Ids)),
            ("order unknown", Npz.Raw("{'descr': '<i8', 'fortran_order': Maybe, 'shape': (3,)}", Ids)),
            ("order a number", Npz.Raw("{'descr': '<i8', 'fortran_order': 1e999, 'shape': (3,)}", Ids)),
            ("16 MB of header", Npz.Raw(Plain + new string(' ', 16 << 20), Ids, 2)),
            ("no characters", [.. Npz.Raw(Plain, Ids)[..12], 0xFF, 0xFE, .. Npz.Raw(Plain, Ids)[14..]]),
        };
        var tried = 0;
        foreach (var (name, array) in good.Concat(bad))
            foreach (var level in new[] { CompressionLevel.NoCompression, CompressionLevel.Optimal })
            {
                tried++;
                var files = Good();
                files["ids"] = array;
                using var target = new ImportTarget();
                var refused = await target.ImportAsync(Zip(files, level), name);
                if (good.Any(g => g.Name == name)) Assert.That(refused, Is.Null, name);
                else if (refused is null) Assert.Fail($"{name} was read: {target.Content()}");
                else Assert.That(refused, Does.Contain("ids"), name);
                if (refused is null) Assert.That(target.Content(), Is.EqualTo(await ImportedAsync(Good())), name);
            }
        TestContext.Out.WriteLine($"tried {tried}");
    }

    [Test]
    public async Task MissingRepeatedAndStrangeArraysNeverImportAPart()
    {
        var all = Good().Select(f => (f.Key + ".npy", f.Value)).ToList();
        var segments = ("segments.npy", Npz.Array("<U6", "(2,)",
            [.. Encoding.UTF32.GetBytes("bias\0\0"), .. Encoding.UTF32.GetBytes("vector")]));
        var other = ("segments.npy", Npz.Array("<U6", "(2,)",
            [.. Encoding.UTF32.GetBytes("Bias\0\0"), .. Encoding.UTF32.GetBytes("vector")]));
        var dimensions = ("dimensions.npy", Npz.Array("<i8", "(2,)", Npz.Bytes(1L, 2L)));
        var swapped = ("dimensions.npy", Npz.Array("<i8", "(2,)", Npz.Bytes(2L, 1L)));
        var negative = ("dimensions.npy", Npz.Array("<i8", "(2,)", Npz.Bytes(4L, -1L)));
        var huge = ("dimensions.npy", Npz.Array("<i8", "(2,)", Npz.Bytes((1L << 32) + 1, 2L)));
        var future = ("last_updates.npy", Npz.Array("<u4", "(3,)", Npz.Bytes(1u, 2u, uint.MaxValue)));
        var infinite = ("weights.npy", Npz.Array("<f4", "(3, 3)", Npz.Bytes(1f, 2, 3, 4, 5, 6, 7, 8, float.NegativeInfinity)));
        var none = ("weights.npy", Npz.Array("<f4", "(3, 3)", Npz.Bytes(1f, 2, 3, 4, 5, 6, 7, 8, float.NaN)));
        (string Name, bool? IsRead, List<(string, byte[])> Entries)[] cases =
        [
            ("all", true, all), ("backwards", true, [.. all.AsEnumerable().Reverse()]),
            ("with segments", true, [.. all, segments, dimensions]), ("segments first", true, [dimensions, segments, .. all]),
            ("no ids", false, [.. all.Where(a => a.Item1 != "ids.npy")]),
            ("no weights", false, [.. all.Where(a => a.Item1 != "weights.npy")]), ("no entry", false, []),
            ("ids without .npy", null, [("ids", all[0].Value), .. all.Skip(1)]),
            ("ids with and without .npy", false, [("ids", all[0].Value), .. all]),
            ("IDS", false, [("IDS.npy", all[0].Value), .. all.Skip(1)]),
            ("in a folder", false, [("x/ids.npy", all[0].Value), .. all.Skip(1)]),
            ("ids twice", false, [.. all, all[0]]),
            ("weights twice, unlike", false, [.. all, ("weights.npy", Npz.Array("<f4", "(3, 3)", Npz.Bytes(9f, 9, 9, 9, 9, 9, 9, 9, 9)))]),
            ("times twice", false, [.. all, all[2]]), ("other segments", false, [.. all, other, dimensions]),
            ("segments swapped", false, [.. all, segments, swapped]), ("negative dimension", false, [.. all, segments, negative]),
            ("dimension beyond 32 bits", false, [.. all, segments, huge]), ("segments alone", null, [.. all, segments]),
            ("other segments alone", null, [.. all, other]), ("dimensions swapped alone", null, [.. all, swapped]),
            ("strange entries", true, [.. all, ("a.txt", "a"u8.ToArray()), ("..\\..\\x.npy", []), ("../x.npy", [1, 2]),
                ("extra.npy", Npz.Array("|O", "(1,)", [1, 2, 3]))]),
            ("times of the future", false, [all[0], all[1], future]),
            ("an infinity in the last row", false, [all[0], infinite, all[2]]), ("a NaN in the last row", false, [all[0], none, all[2]]),
            ("a folder of the name", false, [("ids.npy/", []), .. all.Skip(1)]),
        ];
        foreach (var (name, isRead, entries) in cases)
        {
            using var target = new ImportTarget();
            var refused = await target.ImportAsync(Npz.Zip(entries), name);
            if (isRead is { } read) Assert.That(refused is null, Is.EqualTo(read), $"{name}: {refused}");
            if (refused is null) Assert.That(target.Content(), Is.EqualTo(await ImportedAsync(Good())), name);
        }
        TestContext.Out.WriteLine($"tried {cases.Length}");
    }

    [Test]
    public async Task RepeatedIdsTakeTheirLastPlace()
    {
        var random = new Random(8);
        for (var round = 0; round < 200; round++)
        {
            var n = random.Next(1, 300);
            var ids = Enumerable.Range(0, n).Select(_ => (long)random.Next(20) - 10).ToArray();
            var weights = Enumerable.Range(0, 3 * n).Select(_ => random.NextSingle()).ToArray();
            var right = new Dictionary<long, float[]>();
            for (var i = 0; i < n; i++) right[ids[i]] = weights[(3 * i)..(3 * i + 3)];
            using var target = new ImportTarget();
            var isUnsigned = random.Next(2) == 0;
            var file = Npz.Zip([("ids.npy", Npz.Array(isUnsigned ? "<u8" : "<i8", $"({n},)", Npz.Bytes(ids))),
                ("weights.npy", Npz.Array("<f4", $"({n}, 3)", Npz.Bytes(weights)))],
                random.Next(2) == 0 ? CompressionLevel.NoCompression : CompressionLevel.Optimal);
            Assert.That(await target.ImportAsync(file, $"seed 8, round {round}"), Is.Null);
            foreach (var (id, row) in right)
            {
                var got = new float[3];
                target.Table.Lookup(id, got);
                Assert.That(got, Is.EqualTo(row), $"seed 8, round {round}, id {id}");
            }
        }
        TestContext.Out.WriteLine("tried 200");
    }

    private static async Task<string> ImportedAsync(Dictionary<string, byte[]> files)
    {
        using var target = new ImportTarget();
        await TableImport.ReadNpzAsync(target.Table, new MemoryStream(Zip(files)));
        return target.Content();
    }

    private static Dictionary<string, byte[]> Good() => new()
    {
        ["ids"] = Npz.Array("<i8", "(3,)", Ids),
        ["weights"] = Npz.Array("<f4", "(3, 3)", Weights),
        ["last_updates"] = Npz.Array("<u4", "(3,)", Times),
    };

    private static byte[] Zip(Dictionary<string, byte[]> files, CompressionLevel level = CompressionLevel.NoCompression) =>
        Npz.Zip(files.Select(f => (f.Key + ".npy", f.Value)), level);
}
