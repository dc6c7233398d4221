using System.IO.Compression;
using System.Text;
using Monolith.Embeddings.Exchange;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Tests.Tables;

namespace Monolith.Embeddings.Tests.Exchange;

/// <summary>
/// Files that NumPy 1.24 wrote (<c>savez_compressed</c>; and one array each of header version 1.0, 2.0 and 3.0), and those that are
/// refused.
/// </summary>
public class NumPyFileTests : LeakChecked
{
    private static readonly byte[] Three = [.. BitConverter.GetBytes(1L), .. BitConverter.GetBytes(2L), .. BitConverter.GetBytes(3L)];

    [Test]
    public async Task What_NumPy_wrote_is_read([Values("numpy-savez.npz", "numpy-versions.npz")] string name)
    {
        // Its last time is the last of all.
        using var table = new EmbeddingTable(
            TestTable.Options(dimension: 2), new() { Seed = 1, MemoryLimitBytes = 1 << 30, RefuseFutureEventTimes = false });
        Assert.That(await TableImport.ReadNpzAsync(table, NpzFiles.Golden(name)), Is.EqualTo(new ImportedRows { Read = 5, Written = 5 }));
        long[] ids = [0, -1, long.MaxValue, long.MinValue, 42];
        var weights = new float[15];
        Assert.That(table.Lookup(ids, weights), Is.EqualTo(5));
        Assert.That(weights, Is.EqualTo(Enumerable.Range(0, 15).Select(i => i / 8f - 0.5f)));
        Assert.That(ids.Select(id => table.Explain(id).LastUpdate?.InSeconds()),
            Is.EqualTo(new uint?[] { 1_700_000_000, 1_700_000_001, 0, uint.MaxValue, 7 }));
    }

    [Test]
    public async Task Without_times_rows_get_the_one_that_is_given_or_the_newest()
    {
        using var table = ExchangeTable.Create();
        var file = NpzFiles.Of(("ids", "<u8", "(3,)", Three), ("weights", "<f4", "(3, 3)", new byte[36]));
        await TableImport.ReadNpzAsync(table, new MemoryStream(file), At.Seconds(77));
        Assert.That(table.Explain(2).LastUpdate?.InSeconds(), Is.EqualTo(77));
        table.Assign([9], [0, 0, 0], At.Seconds(99));
        await TableImport.ReadNpzAsync(table, new MemoryStream(file));
        Assert.That(table.Explain(2).LastUpdate?.InSeconds(), Is.EqualTo(99));
    }

    [TestCase("ids", ">i8", "(3,)", "big-endian")]
    [TestCase("ids", "|O", "(3,)", "objects")]
    [TestCase("ids", "<i4", "(3,)", ".astype('<i8')")]
    [TestCase("ids", "<i8", "(3, 1)", "2 dimensions instead of 1")]
    [TestCase("ids", "<i8", "(4,)", "does not go with 24 bytes")]
    [TestCase("ids", "<i8", "(9223372036854775807,)", "does not go with")]
    [TestCase("ids", "<i8", "(99999999999999999999,)", "no number")]
    [TestCase("weights", "<f8", "(3, 3)", ".astype('<f4')")]
    [TestCase("weights", "<f4", "(9,)", "1 dimensions instead of 2")]
    [TestCase("weights", "<f4", "(9, 1)", "9 rows, and there are 3 ids")]
    [TestCase("weights", "<f4", "(3, 3), 'more': (1,)", "entry 'more'")]
    [TestCase("weights", "<f4", "(3, 3), 'shape': (3, 3)", "entry 'shape'")]
    [TestCase("last_updates", "<i8", "(3,)", ".astype('<u4')")]
    [TestCase("last_updates", "<u4", "(6,)", "6 times, and there are 3 ids")]
    public void What_is_not_read_is_refused_with_what_to_do(string array, string type, string shape, string message)
    {
        (string Name, string Type, string Shape, byte[] Data)[] arrays =
            [("ids", "<i8", "(3,)", Three), ("weights", "<f4", "(3, 3)", new byte[36]),
                ("last_updates", "<u4", "(3,)", new byte[array == "last_updates" && shape == "(6,)" ? 24 : 12])];
        var at = Array.FindIndex(arrays, a => a.Name == array);
        arrays[at] = (array, type, shape, arrays[at].Data);
        AssertRefused(NpzFiles.Of(arrays), array, message);
    }

    [Test]
    public void Fortran_order_records_and_strange_headers_are_refused()
    {
        AssertRefused(WithHeader("{'descr': '<f4', 'fortran_order': True, 'shape': (3, 3), }"), "weights", "ascontiguousarray");
        AssertRefused(WithHeader("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (3, 3), }"), "weights", "records");
        AssertRefused(WithHeader("{'descr': '<f4', 'fortran_order': None, 'shape': (3, 3), }"), "weights", "neither True nor False");
        AssertRefused(WithHeader("{'descr': '<f4', 'shape': (3, 3), }"), "weights", "no descr");
        AssertRefused(WithHeader("[1, 2]"), "weights", "no '{'");
        AssertRefused(WithHeader("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 3), } + 1"), "weights", "behind its end");
        AssertRefused(WithHeader($"{{'descr': '<f4', 'fortran_order': False, 'shape': ({string.Concat(Enumerable.Repeat("1, ", 40))}), }}"),
            "weights", "too many dimensions");
    }

    [Test]
    public void Missing_and_repeated_arrays_are_refused()
    {
        AssertRefused(NpzFiles.Of(("ids", "<i8", "(3,)", Three)), "weights", "only 'ids'");
        AssertRefused(NpzFiles.Of(), "ids", "none");
        AssertRefused(NpzFiles.Of(("ids", "<i8", "(3,)", Three), ("ids", "<i8", "(3,)", Three)), "ids", "two of this name");
        AssertRefused([1, 2, 3], "", "cannot be read");
        AssertRefused([], "", "cannot be read");
    }

    [Test]
    public void A_weight_that_is_not_finite_is_refused_before_anything_changes()
    {
        var weights = new byte[36];
        BitConverter.GetBytes(float.NaN).CopyTo(weights, 32);
        AssertRefused(NpzFiles.Of(("ids", "<i8", "(3,)", Three), ("weights", "<f4", "(3, 3)", weights)), "weights", "NaN or infinite");
    }

    // What is no character would be read as U+FFFD, and be taken for a segment of that name.
    [TestCase(0xFFFD, true)]
    [TestCase(0xD800, false)]
    [TestCase(0x110000, false)]
    public void A_name_that_is_no_text_is_refused(int character, bool isRead)
    {
        var options = TestTable.Options(dimension: 2);
        options.Segments[0].Name = "\uFFFD";
        using var table = TestTable.Create(options);
        byte[] names = [.. BitConverter.GetBytes(character), .. new byte[20], .. Encoding.UTF32.GetBytes("vector")];
        byte[] dimensions = [.. BitConverter.GetBytes(1L), .. BitConverter.GetBytes(2L)];
        var file = NpzFiles.Of(("segments", "<U6", "(2,)", names), ("dimensions", "<i8", "(2,)", dimensions),
            ("ids", "<i8", "(3,)", Three), ("weights", "<f4", "(3, 3)", new byte[36]));
        if (isRead) Assert.That(() => TableImport.ReadNpzAsync(table, new MemoryStream(file)), Throws.Nothing);
        else
        {
            Assert.That(() => TableImport.ReadNpzAsync(table, new MemoryStream(file)),
                Throws.InstanceOf<InvalidDataException>().With.Message.Contains("no character"));
        }
    }

    [Test]
    public void Rows_of_other_segments_are_refused()
    {
        byte[] names = [.. Encoding.UTF32.GetBytes("bias\0\0"), .. Encoding.UTF32.GetBytes("vectro")],
            dimensions = [.. BitConverter.GetBytes(1L), .. BitConverter.GetBytes(2L)];
        AssertRefused(NpzFiles.Of(("segments", "<U6", "(2,)", names), ("dimensions", "<i8", "(2,)", dimensions)), "segments",
            "'vectro' of 2 weights");
    }

    [Test]
    public void A_changed_byte_of_the_data_is_found_by_the_checksum()
    {
        var file = NpzFiles.Of(("ids", "<i8", "(3,)", Three), ("weights", "<f4", "(3, 3)", new byte[36]));
        var at = file.AsSpan().IndexOf(Three);
        file[at + 9] ^= 1;
        AssertRefused(file, "ids", "checksum");
    }

    [Test]
    public void A_stream_that_cannot_seek_is_refused()
    {
        using var table = ExchangeTable.Create();
        using var stream = new GZipStream(new MemoryStream(), CompressionMode.Decompress);
        Assert.That(() => TableImport.ReadNpzAsync(table, stream), Throws.ArgumentException);
    }

    private static byte[] WithHeader(string header) => NpzFiles.OfHeaders(
        ("ids", "{'descr': '<i8', 'fortran_order': False, 'shape': (3,), }", Three), ("weights", header, new byte[36]));

    private static void AssertRefused(byte[] file, string array, string message)
    {
        using var table = ExchangeTable.Create();
        var refused = Assert.ThrowsAsync<InvalidDataException>(() => TableImport.ReadNpzAsync(table, new MemoryStream(file)));
        Assert.That(refused!.Message, Does.Contain(message).And.Contain(array.Length == 0 ? "NumPy file" : $"'{array}'"));
        Assert.That(table.Count, Is.Zero);
    }
}
