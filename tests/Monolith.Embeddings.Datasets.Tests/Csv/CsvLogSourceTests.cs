using System.Text;
using Monolith.Embeddings.Datasets.Tests.Support;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Datasets.Tests.Csv;

[TestFixture]
public sealed class CsvLogSourceTests
{
    [Test]
    public async Task Each_position_goes_on_with_the_next_row_of_any_file([Values(1, 3, 64)] int batchSize)
    {
        using var log = new CsvLog();
        for (var day = 0; day < 4; day++)
        {
            log.Add(7);
            if (day < 3) log.Rotate(pack: day == 1);
        }
        log.WriteAll();
        var source = log.Open(new() { BatchSize = batchSize });
        var batches = await log.ReadAsync(source);
        Assert.That(batches.SelectMany(batch => batch.Ids), Is.EqualTo(Enumerable.Range(0, 28)));
        for (var i = 0; i < batches.Count; i++)
        {
            var rest = await log.ReadAsync(source, batches[i].Position);
            Assert.That(rest.SelectMany(batch => batch.Ids), Is.EqualTo(batches.Skip(i + 1).SelectMany(batch => batch.Ids)));
        }
    }

    [Test]
    public async Task A_log_that_is_written_in_pieces_and_rotated_is_read_once_and_in_order([Range(1, 20)] int seed)
    {
        using var log = new CsvLog();
        var random = new Random(seed);
        var read = new List<long>();
        var position = StreamPosition.Start;
        for (var run = 0; run < 15; run++)
        {
            var source = log.Open(
                new() { BatchSize = random.Next(1, 9) }, new() { PollInterval = TimeSpan.FromMilliseconds(1), MaxRecordBytes = 100 });
            var batches = source.ReadAsync(position, CancellationToken.None).GetAsyncEnumerator();
            for (var left = random.Next(1, 10); left > 0; left--)
            {
                var next = batches.MoveNextAsync().AsTask();
                while (!next.IsCompleted)
                {
                    log.Add(random.Next(4));
                    log.Write(random.Next(log.Pending + 1));
                    if (random.Next(8) == 0) log.Rotate(pack: random.Next(2) == 0);
                    await Task.WhenAny(next, Task.Delay(1));
                }
                Assert.That(await next, Is.True);
                read.AddRange(batches.Current.Ids(log.Slot).ToArray());
                position = batches.Current.Position;
                batches.Current.Dispose();
            }
            await batches.DisposeAsync();
            Assert.That(read, Is.EqualTo(Enumerable.Range(0, read.Count)), $"run {run}");
            // The reader is left behind: what comes now is read by the next one.
            log.Add(random.Next(4));
            log.Write(random.Next(log.Pending + 1));
        }
        log.WriteAll();
        var rest = await log.ReadAsync(log.Open(), position);
        Assert.That(read.Concat(rest.SelectMany(batch => batch.Ids)), Is.EqualTo(Enumerable.Range(0, log.Count)));
    }

    [Test]
    public async Task Bad_rows_are_bad_records_with_file_line_and_byte()
    {
        using var log = new CsvLog();
        log.Raw("\nnote,number\nx,0\nx,none\n\"a\nb\",1\n\"stray,2\nx,3\nx,y,4\nx,5\n");
        log.WriteAll();
        File.AppendAllText(log.Live, "caf\u00e9,6\n", Encoding.Latin1);
        var bad = new List<string>();
        var source = log.Open(new()
        {
            BadRecords =
            {
                Limit = 9,
                Handler = (record, _) =>
                {
                    bad.Add($"{record.Place}: {record.Error.Message}");
                    return default;
                },
            },
        }, new() { Follow = false, MaxRecordBytes = 60 });
        Assert.That((await log.ReadAsync(source)).SelectMany(batch => batch.Ids), Is.EqualTo(new[] { 0, 1, 3, 5 }));
        Assert.That(bad, Is.EqualTo(new[]
        {
            "sales.csv, line 4, offset 17: 'number' 'none' is not a whole number from 0 to 9223372036854775807.",
            "sales.csv, line 7, offset 32: no record ends before the end of the file; only its first line is skipped.",
            "sales.csv, line 9, offset 45: the record has 3 fields delimited by ',', and the header has 2.",
            "sales.csv, line 11, offset 55: behind 3 bytes, bytes follow that are not UTF-8.",
        }));
    }

    [Test]
    public void What_cannot_be_read_as_a_log_is_refused()
    {
        using var log = new CsvLog();
        Assert.That(() => log.Open(csv: new() { Delimiter = '¦' }), Throws.ArgumentException.With.Message.Contains("U+00A6"));
        Assert.That(() => log.Open(csv: new() { Encoding = Encoding.Unicode }), Throws.ArgumentException.With.Message.Contains("utf-16"));
        Assert.That(() => log.Open(csv: new() { Encoding = new UTF8Encoding(false) }), Throws.Nothing);
        log.Raw("a,b\n1,2\n");
        log.WriteAll();
        Assert.That(async () => await log.ReadAsync(log.Open(new() { BadRecords = { Limit = 9 } })),
            Throws.TypeOf<ExampleSourceException>().With.Message.Contains("the header lacks 'number'; it has 'a', 'b'"));
    }

    [Test]
    public async Task A_log_without_quotes_and_without_a_header_is_lines()
    {
        using var log = new CsvLog();
        log.Raw("7\t\"\n8\t\"\n");
        log.WriteAll();
        var reader = new CsvReader<long>([0], row => row.Int64(0), new()
        {
            Delimiter = '\t',
            HasHeader = false,
            Quoting = CsvQuoting.None,
        });
        var source = new CsvLogSource<long>(LogFiles.Rotating(log.Live), reader, log.Encoder, null, new() { Follow = false });
        Assert.That((await log.ReadAsync(source)).Single().Ids, Is.EqualTo(new[] { 7, 8 }));
    }
}
