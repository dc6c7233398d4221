using Monolith.Embeddings.Features;
using Monolith.Embeddings.Optimizers;
using Parquet.Schema;

namespace Monolith.Embeddings.Parquet.Tests;

[TestFixture]
public sealed class ParquetSourceTests
{
    private readonly FeatureSlot _user;
    private readonly ExampleEncoder<Click> _encoder;
    private readonly List<Click> _seen = [];

    public ParquetSourceTests()
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table("users", row => row.Bias(new SgdOptions()));
        _user = builder.Slot("user", "users");
        _encoder = new ExampleEncoder<Click>(builder.Build(), (in Click click, ExampleWriter writer) =>
        {
            _seen.Add(click);
            writer.Id(_user, click.User).At(click.At);
        });
    }

    [SetUp]
    public void Forget() => _seen.Clear();

    [Test]
    public async Task Every_kind_of_column_is_read_across_row_groups_and_files()
    {
        using var first = await ParquetFile.OfClicksAsync(1, 5, 1, 9);
        using var second = await ParquetFile.OfClicksAsync(16, 7);

        var batches = await ReadAll(Source([first.Path, second.Path], 4), default);

        Assert.That(_seen, Is.EqualTo(Enumerable.Range(1, 22).Select(Click.Expected)));
        Assert.That(batches.Select(b => b.Ids.Length), Is.EqualTo(new[] { 4, 4, 4, 4, 4, 2 }));
    }

    [Test]
    public async Task It_goes_on_at_every_position_and_reads_no_row_before_it()
    {
        using var first = await ParquetFile.OfClicksAsync(1, 5, 1, 9);
        using var second = await ParquetFile.OfClicksAsync(16, 7);
        var source = Source([first.Path, second.Path], 3);
        var whole = await ReadAll(source, default);
        for (var i = 0; i < whole.Count; i++)
        {
            _seen.Clear();
            var rest = await ReadAll(source, whole[i].Position);
            Assert.That(rest.Select(b => (string.Join(' ', b.Ids), b.Position)),
                Is.EqualTo(whole.Skip(i + 1).Select(b => (string.Join(' ', b.Ids), b.Position))), $"batch {i}");
            Assert.That(_seen, Has.Count.EqualTo(22 - Math.Min(22, 3 * (i + 1))));
        }
    }

    [Test]
    public async Task Files_may_be_added_behind_a_position()
    {
        using var first = await ParquetFile.OfClicksAsync(1, 3);
        using var second = await ParquetFile.OfClicksAsync(4, 2);
        var position = (await ReadAll(Source([first.Path], 4), default))[^1].Position;

        Assert.That((await ReadAll(Source([first.Path, second.Path], 4), position)).Single().Ids, Is.EqualTo(new[] { 4, 5 }));
    }

    [Test]
    public async Task A_position_of_other_files_is_refused()
    {
        using var file = await ParquetFile.OfClicksAsync(1, 3);
        using var longer = await ParquetFile.OfClicksAsync(1, 9);
        var position = (await ReadAll(Source([longer.Path], 9), default))[0].Position;

        Assert.That(() => ReadAll(Source([file.Path], 4), position),
            Fails.By<InvalidOperationException>().And.Message.Contains("have 3 rows, but the position lies behind 9"));
        Assert.That(() => Source([file.Path], 4).ReadAsync(new StreamPosition(new byte[] { 1 }), default), Throws.ArgumentException);
    }

    [Test]
    public async Task Columns_that_are_not_there_are_told_with_those_that_are()
    {
        using var file = await ParquetFile.OfClicksAsync(1, 3);
        var source = new ParquetSource<Click>([file.Path], ["user", "Item", "element"], Click.Of, _encoder, 4);

        Assert.That(() => ReadAll(source, default), Fails.By<InvalidDataException>().And.Message.Contains(
            $"{file.Path} cannot be read as a Parquet file: there is not just one column of the name 'Item', 'element'; "
            + "it has 'user', 'item', 'recent/list/element', 'score', 'at'"));
    }

    [Test]
    public async Task A_row_that_cannot_be_mapped_is_told_by_file_row_group_row_and_column()
    {
        using var file = await ParquetFile.OfClicksAsync(1, 5, 4);

        foreach (var (map, problem) in new (ParquetMapping<double>, string)[]
        {
            (row => row.Int64(0) == 9 ? row.Id(1) : 0, "row group 1, row 3 of it: column 'item' is null"),
            (row => row.Int64(0) == 7 ? row.Int64(2) : 0, "row group 1, row 1 of it: column 'recent' holds a list of 3 values, not one"),
            (row => row.Int64(1), "row group 0, row 0 of it: column 'item' holds values of the kind Text, not Integer"),
            (row => row.Text(0).Length, "row group 0, row 0 of it: column 'user' holds values of the kind Integer, not Text"),
            (row => row.Ids(3).Length, "row group 0, row 0 of it: column 'score' holds values of the kind Number, which are no ids"),
            (row => row.Time(0).Ticks, "column 'user' holds values of the kind Integer, not Time"),
        })
        {
            var encoder = new ExampleEncoder<double>(_encoder.Schema, (in double _, ExampleWriter writer) => writer.Id(_user, 1));
            var source = new ParquetSource<double>([file.Path], Click.Columns, map, encoder, 4);
            Assert.That(() => ReadAll(source, default), Fails.By<InvalidDataException>()
                .And.Message.Contains(file.Path).And.Message.Contains(problem));
        }
    }

    [Test]
    public async Task A_list_that_holds_a_null_is_refused()
    {
        using var file = new ParquetFile();
        var ids = new DataField("element", typeof(long), true);
        await file.WriteAsync(new ParquetSchema(new ListField("ids", ids)), async writer =>
        {
            using var group = writer.CreateRowGroup();
            await group.WriteAllPartsAsync<long>(ids, new long[] { 1, 2 }, new[] { 3, 3, 2 }, new[] { 0, 0, 1 }, default);
        });
        var source = new ParquetSource<Click>([file.Path], ["ids"], Click.Of, _encoder, 4);

        Assert.That(() => ReadAll(source, default), Fails.By<InvalidDataException>()
            .And.Message.Contains("row group 0, column 'ids' cannot be read: row 1 of it has a list that holds a null"));
    }

    [Test]
    public async Task Numbers_of_every_width_are_read()
    {
        using var file = new ParquetFile();
        DataField[] fields =
        [
            new DataField<bool>("bool"), new DataField<byte>("byte"), new DataField<short>("short"), new DataField<int>("int"),
            new DataField<ulong>("ulong"), new DataField<double>("double"),
        ];
        await file.WriteAsync(new ParquetSchema(fields), async writer =>
        {
            using var group = writer.CreateRowGroup();
            await group.WriteAsync<bool>(fields[0], new[] { true });
            await group.WriteAsync<byte>(fields[1], new byte[] { 200 });
            await group.WriteAsync<short>(fields[2], new short[] { -5 });
            await group.WriteAsync<int>(fields[3], new[] { int.MinValue });
            await group.WriteAsync<ulong>(fields[4], new[] { ulong.MaxValue });
            await group.WriteAsync<double>(fields[5], new[] { 1e300 });
        });
        var read = new List<string>();
        var encoder = new ExampleEncoder<string>(_encoder.Schema, (in string text, ExampleWriter writer) =>
        {
            read.Add(text);
            writer.Id(_user, 1);
        });

        await ReadAll(new ParquetSource<string>([file.Path], fields.Select(f => f.Name),
            row => $"{row.Int64(0)} {row.Int64(1)} {row.Int64(2)} {row.Double(3)} {row.Id(4)} {row.Double(5):R}", encoder, 4), default);

        Assert.That(read, Is.EqualTo(new[] { "1 200 -5 -2147483648 -1 1E+300" }));
        Assert.That(() => ReadAll(new ParquetSource<string>([file.Path], ["double"], row => $"{row.Single(0)}", encoder, 4), default),
            Fails.By<InvalidDataException>().And.Message.Contains("column 'double' holds 1E+300, which no float can hold"));
    }

    [Test]
    public async Task Files_that_are_missing_cut_short_or_no_parquet_are_told()
    {
        using var file = await ParquetFile.OfClicksAsync(1, 50);
        var bytes = await File.ReadAllBytesAsync(file.Path);
        foreach (var length in new[] { 0, 3, 4, 8, 100, bytes.Length - 9, bytes.Length - 1 })
        {
            await File.WriteAllBytesAsync(file.Path, bytes[..length]);
            Assert.That(() => ReadAll(Source([file.Path], 4), default),
                Fails.By<InvalidDataException>().And.Message.Contains(file.Path), $"{length} bytes");
        }
        Assert.That(() => ReadAll(Source(["/nowhere/a.parquet"], 4), default), Fails.By<IOException>());
    }

    [Test]
    public void Arguments_are_checked_before_anything_is_read()
    {
        Assert.That(() => Source([""], 4), Throws.ArgumentException);
        Assert.That(() => Source(["a"], 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new ParquetSource<Click>(["a"], [], Click.Of, _encoder, 4), Throws.ArgumentException);
    }

    private ParquetSource<Click> Source(string[] files, int batchSize) => new(files, Click.Columns, Click.Of, _encoder, batchSize);

    private async Task<List<(long[] Ids, StreamPosition Position)>> ReadAll(Streams.ExampleSource source, StreamPosition from)
    {
        var batches = new List<(long[], StreamPosition)>();
        await foreach (var batch in source.ReadAsync(from, CancellationToken.None))
        {
            batches.Add((batch.Ids(_user).ToArray(), batch.Position));
            batch.Dispose();
        }
        return batches;
    }
}
