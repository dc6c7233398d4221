using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Microsoft.Win32.SafeHandles;
using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Snapshots.Stores.Disk;

namespace Monolith.Embeddings.Streams.Joining.Stores;

/// <summary>
/// A folder of scratch files, which processes may share. A living file is locked; one that is not was left by a process that died.
/// </summary>
/// <param name="path">The folder; null for one in the system's folder of temporary files.</param>
internal sealed partial class ScratchFolder(string? path)
{
    // Each lost try needs another process that looks for leftovers within the same microseconds.
    private const int Tries = 100;

    /// <summary>Its full path.</summary>
    public string Path { get; } = System.IO.Path.GetFullPath(path ?? System.IO.Path.Combine(System.IO.Path.GetTempPath(), "monolith-join"));

    /// <summary>Removes the files of processes that died, as far as that succeeds.</summary>
    public void RemoveLeftovers()
    {
        var disk = new FolderDisk(Path);
        try
        {
            foreach (var file in disk.List().Where(file => Form().IsMatch(file.Name))) TryDelete(disk, file.Name);
        }
        catch (Exception cause) when (ScratchFaults.IsOfDisk(cause))
        {
            // They cost room alone, and the next joiner tries again.
        }
    }

    /// <summary>Makes a file, which is deleted when it is disposed.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public ScratchFile Create(long bytes, MemoryAccount account)
    {
        try
        {
            Directory.CreateDirectory(Path);
            for (var left = Tries; ; left--)
            {
                var name = System.IO.Path.Combine(Path, Name());
                if (TryOpen(name) is not { } file) continue;
                if (FileLock.TryTake(file) && File.Exists(name) || left == 0) return new ScratchFile(name, file, bytes, account);
                file.Dispose();
            }
        }
        catch (Exception cause) when (ScratchFaults.IsOfDisk(cause))
        {
            throw ScratchFaults.NotWritten(Path, bytes, cause);
        }
    }

    private static SafeFileHandle? TryOpen(string name)
    {
        try
        {
            return File.OpenHandle(
                name, FileMode.CreateNew, FileAccess.ReadWrite, FileLock.Share, FileOptions.DeleteOnClose | FileOptions.RandomAccess);
        }
        catch (IOException cause) when (FileLock.IsTaken(cause))
        {
            return null;
        }
    }

    private static void TryDelete(FolderDisk disk, string name)
    {
        try
        {
            disk.TryDeleteAbandoned(name);
        }
        catch (Exception cause) when (ScratchFaults.IsOfDisk(cause))
        {
            // As above.
        }
    }

    private static string Name()
    {
        var process = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        return $"join-{process}-{RandomNumberGenerator.GetHexString(16, lowercase: true)}.scratch";
    }

    [GeneratedRegex(@"\Ajoin-[0-9]+-[0-9a-f]{16}\.scratch\z")]
    private static partial Regex Form();
}
