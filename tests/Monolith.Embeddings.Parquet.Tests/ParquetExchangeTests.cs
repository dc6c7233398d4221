using System.Globalization;
using Microsoft.Extensions.Options;
using Monolith.Embeddings.Exchange;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Tables;
using Parquet;
using Parquet.Schema;

namespace Monolith.Embeddings.Parquet.Tests;

/// <summary>What is exported has the documented form, and comes back; what does not fit is refused whole.</summary>
[TestFixture]
public sealed class ParquetExchangeTests
{
    private const int Rows = 3000;

    [Test]
    public async Task A_table_comes_back([Values(1000, 1024, 7000)] int rowGroupRows)
    {
        using EmbeddingTableSet tables = Filled(), copies = Empty();
        using var file = new MemoryStream();

        Assert.That(await ParquetExport.WriteAsync(tables["items"], file, new() { RowGroupRows = rowGroupRows }), Is.EqualTo(Rows));
        Assert.That(await ParquetImport.ReadAsync(copies["items"], file), Is.EqualTo(new ImportedRows { Read = Rows, Written = Rows }));

        Assert.That(RowsOf(copies["items"]), Is.EqualTo(RowsOf(tables["items"])));
        file.Position = 0;
        await using var reader = await ParquetReader.CreateAsync(file);
        Assert.That(reader.RowGroups.Select(group => (int)group.RowCount), Is.EqualTo(
            Enumerable.Range(0, (Rows + rowGroupRows - 1) / rowGroupRows).Select(i => Math.Min(rowGroupRows, Rows - i * rowGroupRows))));
    }

    [Test]
    public async Task The_file_has_the_documented_columns()
    {
        using var tables = Filled();
        using var file = new MemoryStream();
        await ParquetExport.WriteAsync(tables["items"], file);
        file.Position = 0;

        await using var reader = await ParquetReader.CreateAsync(file);

        Assert.That(reader.Schema.GetDataFields().Select(f =>
                $"{string.Join('/', f.Path.ToList())}: {f.ClrType.Name}, nulls: {f.IsNullable}"),
            Is.EqualTo(new[]
            {
                "id: Int64, nulls: False", "last_update: UInt32, nulls: False", "weights/list/element: Single, nulls: False",
            }));
        Assert.That(reader.CustomMetadata, Is.SupersetOf(new Dictionary<string, string> { ["table"] = "items", ["dimension"] = "3" }));
    }

    [Test]
    public async Task An_empty_table_comes_back()
    {
        using EmbeddingTableSet tables = Empty(), copies = Empty();
        using var file = new MemoryStream();
        Assert.That(await ParquetExport.WriteAsync(tables["items"], file), Is.EqualTo(0));
        Assert.That(await ParquetImport.ReadAsync(copies["items"], file), Is.EqualTo(new ImportedRows { Read = 0, Written = 0 }));
    }

    [Test]
    public async Task Files_of_others_may_have_other_widths_no_times_and_ids_twice()
    {
        using var tables = Empty();
        using var file = await FileOf<int, double>([7, 8, 7], [1, 2, 3, 4, 5, 6, 7, 8, 9], [3, 3, 3]);

        Assert.That(await ParquetImport.ReadAsync(tables["items"], file, At.Seconds(1_700_000_000)),
            Is.EqualTo(new ImportedRows { Read = 3, Written = 3 }));
        Assert.That(RowsOf(tables["items"]), Is.EqualTo(new[] { "7 at 1700000000: 7 8 9", "8 at 1700000000: 4 5 6" }));
    }

    [Test]
    public async Task Rows_that_do_not_fit_are_refused_before_anything_changed()
    {
        using var tables = Empty();
        foreach (var (file, problem) in new[]
        {
            (await FileOf<long, float>([1, 2], [1, 2, 3, 4, 5], [3, 2]),
                "row group 0, row 1 of it: column 'weights' holds 2 weights, and the table has 3"),
            (await FileOf<long, float>([1, 2], [1, 2, 3, 4, float.NaN, 6], [3, 3]), "row group 0, row 1 of it: column 'weights' holds NaN"),
            (await FileOf<long, double>([1], [1, 2, 1e300], [3]), "column 'weights' holds 1E+300, which is no finite float"),
            (await FileOf<double, float>([1], [1, 2, 3], [3]), "column 'id' holds values of the kind Number, not Integer"),
            (await FileOf<long, int>([1], [1, 2, 3], [3]), "column 'weights' holds values of the kind Integer, not Number"),
            (await FileOf<long, float>([1], [1, 2, 3], [3], idName: "ids"), "not just one column of the name 'id'"),
            (new MemoryStream(new byte[100]), "cannot be read as a Parquet file"),
        })
        {
            Assert.That(() => ParquetImport.ReadAsync(tables["items"], file),
                Throws.InstanceOf<InvalidDataException>().With.Message.Contains(problem), problem);
            Assert.That(tables["items"].Count, Is.EqualTo(0), problem);
        }
    }

    [Test]
    public async Task Times_later_than_the_clock_are_refused_before_anything_changed()
    {
        using EmbeddingTableSet tables = Empty(), open = Empty(new() { Seed = 1, RefuseFutureEventTimes = false });
        tables["items"].Assign([1], [1, 2, 3], At.Seconds(1_700_000_000));
        var before = RowsOf(tables["items"]);
        // Milliseconds that were cut to 32 bits.
        var late = DateTimeOffset.FromUnixTimeSeconds(3_471_310_592);
        open["items"].Assign([1], [4, 5, 6], late);
        using var file = new MemoryStream();
        await ParquetExport.WriteAsync(open["items"], file);

        Assert.That(() => ParquetImport.ReadAsync(tables["items"], file), Throws.InstanceOf<InvalidDataException>()
            .With.Message.Contains("column 'last_update' holds 3471310592, which is 2080-"));
        using var untimed = await FileOf<long, float>([1], [4, 5, 6], [3]);
        foreach (var time in new[] { late, DateTimeOffset.UnixEpoch.AddSeconds(-1), default })
        {
            Assert.That(() => ParquetImport.ReadAsync(tables["items"], untimed, time),
                Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains($"{time:O}"));
        }
        Assert.That(RowsOf(tables["items"]), Is.EqualTo(before));
        Assert.That(await ParquetImport.ReadAsync(open["items"], file), Is.EqualTo(new ImportedRows { Read = 1, Written = 1 }),
            "all are taken");
    }

    [Test]
    public async Task Times_that_lie_years_apart_need_no_confirmation()
    {
        using EmbeddingTableSet tables = Empty(), copies = Empty();
        long[] ids = [1, 2, 3], times = [1_500_000_000_000, 1_600_000_000_000, 1_700_000_000_000];
        tables["items"].Assign(ids, [1, 2, 3, 4, 5, 6, 7, 8, 9], times);
        using var file = new MemoryStream();
        await ParquetExport.WriteAsync(tables["items"], file);

        Assert.That(await ParquetImport.ReadAsync(copies["items"], file), Is.EqualTo(new ImportedRows { Read = 3, Written = 3 }));

        string[] expected = ["1 at 1500000000: 1 2 3", "2 at 1600000000: 4 5 6", "3 at 1700000000: 7 8 9"];
        Assert.That(RowsOf(tables["items"]), Is.EqualTo(expected), "assigned");
        Assert.That(RowsOf(copies["items"]), Is.EqualTo(expected), "imported");
        Assert.That(copies["items"].NewestEventTime, Is.EqualTo(At.Seconds(1_700_000_000)));
        Assert.That(copies["items"].GetStatistics().ImplausibleEventTimes, Is.Zero);
    }

    [Test]
    public void Options_are_checked()
    {
        using var tables = Empty();
        Assert.That(() => ParquetExport.WriteAsync(tables["items"], Stream.Null, new() { RowGroupRows = 0 }),
            Throws.InstanceOf<OptionsValidationException>().With.Message.Contains("RowGroupRows"));
    }

    private static EmbeddingTableSet Empty(EmbeddingTableSetOptions? options = null)
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table("items", row => row.Bias(new SgdOptions()).Vector(2, new SgdOptions()));
        builder.Slot("item", "items");
        return new EmbeddingTableSet(builder.Build(), options ?? new() { Seed = 1 });
    }

    private static EmbeddingTableSet Filled()
    {
        var tables = Empty();
        for (var i = 0; i < Rows; i++)
        {
            var id = i == 0 ? long.MinValue : i == 1 ? long.MaxValue : i * 7L - Rows;
            tables["items"].Assign([id], [i / 3f, -i, i * 1e-30f], At.Seconds((uint)(1_700_000_000 + i / 10)));
        }
        return tables;
    }

    private static string[] RowsOf(EmbeddingTable table)
    {
        var rows = new List<string>();
        foreach (var chunk in table.EnumerateRows())
        {
            for (var i = 0; i < chunk.Count; i++)
            {
                rows.Add(string.Create(CultureInfo.InvariantCulture,
                    $"{chunk.Ids[i]} at {chunk.LastUpdatesMilliseconds[i] / 1000}: {string.Join(' ', Weights(chunk, i, table))}"));
            }
        }
        rows.Sort(StringComparer.Ordinal);
        return [.. rows];
    }

    private static float[] Weights(RowChunk chunk, int row, EmbeddingTable table) =>
        chunk.Weights.Slice(row * table.Dimension, table.Dimension).ToArray();

    private static async Task<MemoryStream> FileOf<TId, TWeight>(TId[] ids, TWeight[] weights, int[] lengths, string idName = "id")
        where TId : struct
        where TWeight : struct
    {
        DataField id = new DataField<TId>(idName), weight = new DataField<TWeight>("element", false);
        var file = new MemoryStream();
        await using var writer = await ParquetWriter.CreateAsync(new ParquetSchema(id, new ListField("weights", weight)), file);
        using var group = writer.CreateRowGroup();
        await group.WriteAsync<TId>(id, ids);
        await group.WriteAllPartsAsync<TWeight>(weight, weights, Enumerable.Repeat(2, weights.Length).ToArray(),
            lengths.SelectMany(length => Enumerable.Range(0, length).Select(i => i == 0 ? 0 : 1)).ToArray(), default);
        return file;
    }
}
