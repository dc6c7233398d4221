using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Stores.Disk;
using Monolith.Embeddings.Tests.Snapshots.Crashes;

namespace Monolith.Embeddings.Tests.Snapshots.Stores;

/// <summary>
/// A folder in memory whose operations can be made to fail, and which tells what may be left of it after a power cut: of all changes of
/// bytes and of names that no flush made durable, any subset.
/// </summary>
internal sealed class SimulatedDisk : ISnapshotDisk
{
    /// <summary>The system's code for a full disk.</summary>
    public static readonly int OutOfRoom = OperatingSystem.IsWindows() ? unchecked((int)0x80070070) : 28;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, SimulatedFile> _names = new(StringComparer.Ordinal);
    private readonly List<NameChange> _changes = [];
    private readonly Dictionary<int, DiskFault> _faults = [];
    private bool _isLocked;

    /// <summary>How many operations there were.</summary>
    public int Operations { get; private set; }

    /// <summary>Called before each operation with its number; 0 is the first.</summary>
    public Action<int>? Before { get; set; }

    public bool HasPower { get; private set; } = true;

    /// <summary>The system's code of failures; that of any input or output, unless it is set.</summary>
    public int FailureCode { get; set; } = 5;

    /// <summary>How many bytes files may have together.</summary>
    public long Capacity { get; set; } = long.MaxValue;

    public long? FreeBytes => Capacity - Used;

    /// <summary>How many bytes files have together.</summary>
    public long Used
    {
        get
        {
            lock (_lock) return _names.Values.Sum(file => (long)file.Length);
        }
    }

    public void FaultAt(int operation, DiskFault fault) => _faults[operation] = fault;

    /// <summary>Puts a file there, durably.</summary>
    public void Put(string name, ReadOnlySpan<byte> bytes)
    {
        var file = new SimulatedFile();
        file.Append(bytes);
        file.Flush(Durability.Durable);
        lock (_lock) Change(new NameChange(null, name, file, Durability.Durable));
    }

    /// <summary>A disk with what may be left after a power cut.</summary>
    public SimulatedDisk AfterPowerCut(Random random)
    {
        lock (_lock)
        {
            var left = new Dictionary<string, SimulatedFile>(StringComparer.Ordinal);
            foreach (var change in _changes.Where(c => c.State == Durability.Durable || random.Next(2) == 0)) change.Apply(left);
            var disk = new SimulatedDisk();
            foreach (var (name, file) in left) disk.Put(name, file.AfterPowerCut(random));
            return disk;
        }
    }

    public void CreateFolder()
    {
    }

    public IDiskFile Create(string name)
    {
        var file = new SimulatedFile();
        Run(part =>
        {
            if (_names.ContainsKey(name)) throw new IOException($"'{name}' is there.");
            if (part > 0) Change(new NameChange(null, name, file, Durability.Pending));
        });
        file.IsHeld = true;
        return new OpenFile(this, file);
    }

    public IDiskReading Open(string name)
    {
        byte[]? content = null;
        Run(_ => content = _names.TryGetValue(name, out var file)
            ? file.Content
            : throw new FileNotFoundException($"'{name}' is not there."));
        return new Reading(content!);
    }

    public bool Exists(string name)
    {
        lock (_lock) return _names.ContainsKey(name);
    }

    public void Rename(string from, string to, bool replace) => Run(part =>
    {
        if (!_names.TryGetValue(from, out var file)) throw new FileNotFoundException($"'{from}' is not there.");
        if (!replace && _names.ContainsKey(to)) throw new IOException($"'{to}' is there.");
        if (part > 0) Change(new NameChange(from, to, file, Durability.Pending));
    });

    public void Delete(string name) => Run(part =>
    {
        if (part > 0 && _names.ContainsKey(name)) Change(new NameChange(name, null, null, Durability.Pending));
    });

    public void FlushFolder() => Run(part =>
    {
        var becomes = part == 2 ? Durability.Durable : Durability.Dropped;
        for (var i = 0; i < _changes.Count; i++)
        {
            if (_changes[i].State == Durability.Pending) _changes[i] = _changes[i] with { State = becomes };
        }
    });

    public IReadOnlyList<StoredFile> List()
    {
        lock (_lock) return [.. _names.Where(n => !n.Key.StartsWith('.')).Select(n => new StoredFile { Name = n.Key,
            Length = n.Value.Length })];
    }

    public bool TryDeleteAbandoned(string name)
    {
        lock (_lock)
        {
            if (!_names.TryGetValue(name, out var file) || file.IsHeld) return false;
        }
        Delete(name);
        return true;
    }

    public IDisposable? TryLock()
    {
        lock (_lock)
        {
            if (_isLocked) return null;
            _isLocked = true;
            return new Released(() => _isLocked = false);
        }
    }

    private void Change(NameChange change)
    {
        _changes.Add(change);
        change.Apply(_names);
    }

    // The operation is told how much of it happens: 0 nothing, 1 a part, 2 all.
    private void Run(Action<int> operation)
    {
        Before?.Invoke(Operations);
        lock (_lock)
        {
            if (!HasPower) throw new PowerCutException();
            var fault = _faults.GetValueOrDefault(Operations++);
            operation(fault switch { DiskFault.None => 2, DiskFault.Fails => 0, _ => 1 });
            if (fault == DiskFault.None) return;
            HasPower = fault != DiskFault.PowerCut;
            throw HasPower ? new IOException("The simulated disk failed.", FailureCode) : new PowerCutException();
        }
    }

    private sealed record NameChange(string? From, string? To, SimulatedFile? File, Durability State)
    {
        public void Apply(Dictionary<string, SimulatedFile> names)
        {
            if (From is not null) names.Remove(From);
            if (To is not null) names[To] = File!;
        }
    }

    private sealed class OpenFile(SimulatedDisk disk, SimulatedFile file) : IDiskFile
    {
        public void Write(ReadOnlySpan<byte> bytes)
        {
            var copy = bytes.ToArray();
            // A disk that is nearly full takes a part.
            var room = (int)Math.Clamp(disk.Capacity - disk.Used, 0, copy.Length);
            if (room < copy.Length)
            {
                disk.Run(_ => file.Append(copy.AsSpan(0, room)));
                throw new IOException("No space left on device", OutOfRoom);
            }
            disk.Run(part => file.Append(copy.AsSpan(0, copy.Length * part / 2)));
        }

        public void Flush() => disk.Run(part => file.Flush(part == 2 ? Durability.Durable : Durability.Dropped));

        public void Dispose() => file.IsHeld = false;
    }

    private sealed class Reading(byte[] content) : IDiskReading
    {
        public long Length => content.Length;

        public int Read(long offset, Span<byte> buffer)
        {
            var count = Math.Min(buffer.Length, content.Length - (int)offset);
            content.AsSpan((int)offset, count).CopyTo(buffer);
            return count;
        }

        public void Dispose()
        {
        }
    }

    private sealed class Released(Action release) : IDisposable
    {
        public void Dispose() => release();
    }
}
