using System.Globalization;
using System.IO.Compression;
using System.Text;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Datasets.Tests.Support;

/// <summary>A folder with a log of numbered rows, whose notes hold delimiters, quotes and line ends.</summary>
internal sealed class CsvLog : IDisposable
{
    private static readonly string[] Notes = ["", "plain", "\"a,b\"", "\"two\r\nlines\n\"", "\"say \"\"é\"\"\"", "ü"];
    private readonly List<byte> _pending = [];
    private int _days;

    public CsvLog()
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table("numbers", row => row.Bias(new SgdOptions()));
        Slot = builder.Slot("number", "numbers");
        Encoder = new(builder.Build(), (in long number, ExampleWriter writer) => writer.Id(Slot, number));
        Directory.CreateDirectory(Folder);
    }

    public string Folder { get; } = Path.Combine(Path.GetTempPath(), $"monolith-csv-{Environment.ProcessId}-{Guid.NewGuid():N}");

    public string Live => Path.Combine(Folder, "sales.csv");

    public FeatureSlot Slot { get; }

    public ExampleEncoder<long> Encoder { get; }

    public int Count { get; private set; }

    public int Pending => _pending.Count;

    public CsvLogSource<long> Open(
        RecordOptions<long>? options = null, FileLogOptions? fileOptions = null, CsvOptions? csv = null, TimeProvider? time = null) =>
        new(LogFiles.Rotating(Live), new CsvReader<long>(["number"], row => row.Int64(0, 0), csv), Encoder, options,
            fileOptions ?? new() { Follow = false }, time);

    public void Raw(string text) => _pending.AddRange(Encoding.UTF8.GetBytes(text));

    /// <summary>Adds rows to what is to be written.</summary>
    public void Add(int count)
    {
        for (var i = 0; i < count; i++, Count++)
        {
            if (Pending == 0 && !File.Exists(Live)) Raw("\uFEFFnote,number\r\n");
            Raw(Notes[Count % Notes.Length] + "," + Count.ToString(CultureInfo.InvariantCulture) + (Count % 2 == 0 ? "\r\n" : "\n"));
        }
    }

    /// <summary>Writes some of the bytes.</summary>
    public void Write(int bytes)
    {
        if (bytes == 0) return;
        using var file = new FileStream(Live, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        file.Write([.. _pending.Take(bytes)]);
        _pending.RemoveRange(0, Math.Min(bytes, _pending.Count));
    }

    public void WriteAll() => Write(Pending);

    /// <summary>Writes what is left, and gives the file the name of a day.</summary>
    public void Rotate(bool pack)
    {
        WriteAll();
        if (!File.Exists(Live)) return;
        var name = $"{Live}-{20260101 + _days++}";
        File.Move(Live, name);
        if (!pack) return;
        // gzip takes no lock.
        var file = new FileStream(name + ".gz", FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        using (var packed = new GZipStream(file, CompressionLevel.Fastest)) packed.Write(File.ReadAllBytes(name));
        File.Delete(name);
    }

    /// <summary>The numbers and the position of each batch.</summary>
    public async Task<List<(long[] Ids, StreamPosition Position)>> ReadAsync(ExampleSource source, StreamPosition from = default)
    {
        var batches = new List<(long[], StreamPosition)>();
        await foreach (var batch in source.ReadAsync(from, CancellationToken.None))
        {
            batches.Add((batch.Ids(Slot).ToArray(), batch.Position));
            batch.Dispose();
        }
        return batches;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
