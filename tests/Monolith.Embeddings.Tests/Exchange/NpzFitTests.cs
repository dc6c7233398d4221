using System.Text;
using Microsoft.Extensions.Logging.Testing;
using Monolith.Embeddings.Exchange;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Tests.Tables;

namespace Monolith.Embeddings.Tests.Exchange;

/// <summary>Whatever a NumPy file says of its rows must fit the table, and what to do about it must keep the data right.</summary>
public class NpzFitTests : LeakChecked
{
    private static readonly byte[] Three = [.. BitConverter.GetBytes(1L), .. BitConverter.GetBytes(2L), .. BitConverter.GetBytes(3L)];
    private static readonly (string, string, string, byte[]) Ids = ("ids", "<i8", "(3,)", Three);
    private static readonly (string, string, string, byte[]) Weights = ("weights", "<f4", "(3, 3)", new byte[36]);

    // The table has a bias of one weight and a vector of two.
    [TestCase(2, 2)]
    [TestCase(2, 1)]
    [TestCase(3)]
    [TestCase(1, 1, 1)]
    [TestCase]
    public void Dimensions_alone_must_fit(params int[] dimensions) =>
        AssertRefused("'dimensions'", Ids, Weights, Dimensions([.. dimensions.Select(d => (long)d)]));

    [TestCase("x y z")]
    [TestCase("bias")]
    [TestCase("vector bias")]
    [TestCase("bias Vector")]
    public void Names_alone_must_fit(string names) => AssertRefused("'segments'", Ids, Weights, Segments(names.Split(' ')));

    [Test]
    public async Task What_fits_is_read_with_either_or_both([Values] bool hasNames, [Values] bool hasDimensions)
    {
        using var table = ExchangeTable.Create();
        (string, string, string, byte[])[] arrays =
            [Ids, Weights, .. hasNames ? [Segments("bias", "vector")] : NoArrays, .. hasDimensions ? [Dimensions(1, 2)] : NoArrays];
        Assert.That(await TableImport.ReadNpzAsync(table, new MemoryStream(NpzFiles.Of(arrays))), Is.EqualTo(new ImportedRows
        {
            Read = 3,
            Written = 3
        }));
    }

    [TestCase("last_update")]
    [TestCase("Last_Updates")]
    [TestCase("lastUpdates")]
    [TestCase("dimension")]
    [TestCase("segment")]
    public void An_array_whose_name_is_nearly_known_is_refused(string name) =>
        AssertRefused("is it meant to be", Ids, Weights, (name, "<u4", "(3,)", new byte[12]));

    [TestCase("title")]
    [TestCase("arr_0")]
    [TestCase("ids_of_users")]
    public async Task Other_arrays_are_passed_over(string name)
    {
        using var table = ExchangeTable.Create();
        var file = NpzFiles.Of(Ids, Weights, (name, "<u4", "(3,)", new byte[12]));
        Assert.That(await TableImport.ReadNpzAsync(table, new MemoryStream(file)), Is.EqualTo(new ImportedRows { Read = 3, Written = 3 }));
    }

    // What NumPy makes of numbers, texts and dates. The advice keeps what is there, or says what is lost.
    [TestCase("ids", "<i4", ".astype('<i8')")]
    [TestCase("ids", "|u1", ".astype('<i8')")]
    [TestCase("ids", "<f8", "2^53")]
    [TestCase("ids", "<f4", "2^24")]
    [TestCase("ids", "<f2", "2^11")]
    [TestCase("ids", ">f8", "big-endian")]
    [TestCase("ids", "<c16", "complex")]
    [TestCase("ids", "<U9", "xxhash.xxh64")]
    [TestCase("ids", "|S9", "xxhash.xxh64")]
    [TestCase("ids", "|O", "xxhash.xxh64")]
    [TestCase("ids", "<M8[ns]", "no ids")]
    [TestCase("weights", "<f8", ".astype('<f4')")]
    [TestCase("weights", "<f2", ".astype('<f4')")]
    [TestCase("weights", "|i1", "scale")]
    [TestCase("weights", "<c8", ".imag")]
    [TestCase("weights", "<c16", ".imag")]
    [TestCase("weights", "|O", "objects")]
    [TestCase("weights", "<m8[s]", "no weights")]
    [TestCase("last_updates", "<i8", "// 1000).astype('<u4')")]
    [TestCase("last_updates", "<u8", "// 1000).astype('<u4')")]
    [TestCase("last_updates", "<f8", "// 1000).astype('<u4')")]
    [TestCase("last_updates", "<M8[ms]", "datetime64[s]")]
    [TestCase("last_updates", "<U19", "datetime64[s]")]
    [TestCase("last_updates", ">u4", "big-endian")]
    [TestCase("dimensions", "<i4", ".astype('<i8')")]
    [TestCase("dimensions", "<f8", ".astype('<i8')")]
    [TestCase("segments", "|S6", ".astype(str)")]
    [TestCase("segments", "|O", ".astype(str)")]
    public void The_advice_keeps_the_data_right(string array, string type, string advice)
    {
        (string, string, string, byte[]) asked = (array, type, array == "weights" ? "(3, 3)" : "(3,)", new byte[36]);
        AssertRefused(advice, [.. new[] { Ids, Weights }.Where(a => a.Item1 != array), asked]);
    }

    [Test]
    public void No_advice_makes_wrong_ids_silently([Values("<f8", "<f4", "<f2", "<c8", "<U5", "|S5", "|O")] string type)
    {
        var message = Refused([("ids", type, "(3,)", Three), Weights]);
        Assert.That(message, Does.Not.Contain("; convert it by .astype('<i8')."));
    }

    [Test]
    public void Times_later_than_the_clock_are_refused()
    {
        // Milliseconds that .astype('<u4') has wrapped around.
        uint[] wrapped = [unchecked((uint)1_764_000_000_000), 3_471_310_592, 1_700_000_000];
        byte[] times = [.. wrapped.SelectMany(BitConverter.GetBytes)];
        var message = Refused(Ids, Weights, ("last_updates", "<u4", "(3,)", times));
        Assert.That(message, Does.Contain("2080-").And.Contain("'last_updates'").And.Contain("// 1000"));
        using var table = ExchangeTable.Create();
        Assert.That(
            () => TableImport.ReadNpzAsync(table, new MemoryStream(NpzFiles.Of(Ids, Weights)), At.Seconds(3_471_310_592)),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("2080-"));
    }

    [Test]
    public async Task Rows_without_times_live_as_long_as_those_of_the_first_events()
    {
        const uint Start = 1_700_000_000, Day = 86_400;
        using var table = TestTable.Create(TestTable.Plain(4, 1, o => o.Expiry = new TimeToLiveOptions(TimeSpan.FromDays(90))));
        var ids = TestTable.Range(0, 1000);
        var file = NpzFiles.Of(
            ("ids", "<i8", "(1000,)", [.. ids.SelectMany(BitConverter.GetBytes)]), ("weights", "<f4", "(1000, 1)", new byte[4000]));
        await TableImport.ReadNpzAsync(table, new MemoryStream(file));
        for (var i = 0u; i < 8000; i++) table.ApplyGradients([i % 30], [0.1f], [], At.Seconds(Start + i * 7200 / 8000));
        Assert.That((table.Evict(), table.Count, table.Explain(500).TimeLeft), Is.EqualTo((0L, 1000L, TimeSpan.FromDays(90))));
        table.ConfirmEventTime(Start + 91 * Day);
        Assert.That((table.Evict(), table.Count), Is.EqualTo((1000L, 0L)));
    }

    // Days since the Unix epoch.
    [Test]
    public async Task Times_of_another_unit_are_logged_where_rows_expire()
    {
        var log = new FakeLogger();
        byte[] days = [.. BitConverter.GetBytes(19_675), .. BitConverter.GetBytes(19_676), .. BitConverter.GetBytes(19_677)];
        using var table = new EmbeddingTable(
            TestTable.Options(dimension: 2, configure: o => o.Expiry = new TimeToLiveOptions()),
            new() { MemoryLimitBytes = 1 << 26, Logger = log });
        await TableImport.ReadNpzAsync(table, new MemoryStream(NpzFiles.Of(Ids, Weights, ("last_updates", "<u4", "(3,)", days))));
        Assert.That(log.Collector.GetSnapshot().Select(r => r.Id.Id), Is.EqualTo(new[] { 1021 }));
        Assert.That(table.NewestEventTime.InSeconds(), Is.EqualTo(19_677));
    }

    private static (string, string, string, byte[])[] NoArrays => [];

    private static (string, string, string, byte[]) Dimensions(params long[] dimensions) =>
        ("dimensions", "<i8", $"({dimensions.Length},)", [.. dimensions.SelectMany(BitConverter.GetBytes)]);

    private static (string, string, string, byte[]) Segments(params string[] names) =>
        ("segments", "<U9", $"({names.Length},)", [.. names.SelectMany(name => Encoding.UTF32.GetBytes(name.PadRight(9, '\0')))]);

    private static void AssertRefused(string message, params (string, string, string, byte[])[] arrays) =>
        Assert.That(Refused(arrays), Does.Contain(message));

    private static string Refused(params (string, string, string, byte[])[] arrays)
    {
        using var table = ExchangeTable.Create();
        var file = new MemoryStream(NpzFiles.Of(arrays));
        var refused = Assert.ThrowsAsync<InvalidDataException>(() => TableImport.ReadNpzAsync(table, file));
        Assert.That((table.Count, table.NewestEventTime.InSeconds()), Is.EqualTo((0L, 0u)));
        return refused!.Message;
    }
}
