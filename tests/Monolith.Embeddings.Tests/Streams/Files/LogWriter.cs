using System.IO.Compression;
using System.Text;

namespace Monolith.Embeddings.Tests.Streams.Files;

/// <summary>A folder with a log of numbers, a line of JSON each, that is written in pieces and rotated.</summary>
internal sealed class LogWriter : IDisposable
{
    private readonly List<byte> _pending = [];

    public LogWriter() => Directory.CreateDirectory(Folder);

    public string Folder { get; } = Path.Combine(Path.GetTempPath(), $"monolith-log-{Environment.ProcessId}-{Guid.NewGuid():N}");

    /// <summary>The file that is written to.</summary>
    public string Live => PathOf("clicks.jsonl");

    /// <summary>How many numbers were added.</summary>
    public int Count { get; private set; }

    public string PathOf(string name) => Path.Combine(Folder, name);

    public static string Line(int number) => $"{{\"Number\":{number},\"Text\":\"{new string('é', number % 7)}\"}}";

    /// <summary>Adds numbers to what is to be written.</summary>
    public void Add(int count)
    {
        for (var i = 0; i < count; i++) Raw(Line(Count++) + "\n");
    }

    /// <summary>Adds any text to what is to be written.</summary>
    public void Raw(string text) => _pending.AddRange(Encoding.UTF8.GetBytes(text));

    /// <summary>How many bytes are still to be written.</summary>
    public int Pending => _pending.Count;

    /// <summary>Writes some of the bytes.</summary>
    public void Write(int bytes)
    {
        using var file = new FileStream(Live, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        file.Write([.. _pending.Take(bytes)]);
        _pending.RemoveRange(0, Math.Min(bytes, _pending.Count));
    }

    public void WriteAll() => Write(_pending.Count);

    /// <summary>Writes up to the end of a line: what is behind a rotation begins with one.</summary>
    public void FinishLine()
    {
        if (new FileInfo(Live) is not { Exists: true, Length: > 0 } || File.ReadAllBytes(Live)[^1] == '\n') return;
        Write(_pending.IndexOf((byte)'\n') + 1);
    }

    /// <summary>As logrotate does: the counter of each grows, and the live file becomes number 1.</summary>
    public void RotateByCounter(bool pack = false, int keep = int.MaxValue)
    {
        if (!File.Exists(Live)) return;
        for (var i = Directory.GetFiles(Folder).Length; i >= 1; i--)
        {
            foreach (var ending in new[] { "", ".gz" })
            {
                var from = PathOf($"clicks.jsonl.{i}{ending}");
                if (!File.Exists(from)) continue;
                if (i >= keep) File.Delete(from);
                else File.Move(from, PathOf($"clicks.jsonl.{i + 1}{ending}"));
            }
        }
        File.Move(Live, PathOf("clicks.jsonl.1"));
        if (pack) Pack(PathOf("clicks.jsonl.1"));
    }

    /// <summary>The live file gets a name with a date.</summary>
    public void RotateByDate(int day, bool pack = false)
    {
        if (!File.Exists(Live)) return;
        var name = PathOf($"clicks.jsonl-{20260101 + day}");
        File.Move(Live, name);
        if (pack) Pack(name);
    }

    /// <summary>The live file is copied, and then made empty.</summary>
    public void CopyAndTruncate()
    {
        if (!File.Exists(Live)) return;
        for (var i = Directory.GetFiles(Folder).Length; i >= 1; i--)
        {
            if (File.Exists(PathOf($"clicks.jsonl.{i}"))) File.Move(PathOf($"clicks.jsonl.{i}"), PathOf($"clicks.jsonl.{i + 1}"));
        }
        File.Copy(Live, PathOf("clicks.jsonl.1"));
        using var file = new FileStream(Live, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        file.SetLength(0);
    }

    /// <summary>Packs a file as gzip does: the plain one is deleted once the other is whole.</summary>
    public static void Pack(string path)
    {
        // gzip takes no lock, so that a reader may have the new file open before a byte is in it.
        var file = new FileStream(path + ".gz", FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        using (var packed = new GZipStream(file, CompressionLevel.Fastest)) packed.Write(File.ReadAllBytes(path));
        File.Delete(path);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
