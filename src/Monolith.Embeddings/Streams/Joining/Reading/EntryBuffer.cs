using System.Buffers;
using Monolith.Embeddings.Streams.Joining.Entries;

namespace Monolith.Embeddings.Streams.Joining.Reading;

/// <summary>An entry of the journal in the making. Keeps its buffer. Not thread-safe.</summary>
internal sealed class EntryBuffer : IBufferWriter<byte>
{
    private byte[] _bytes = new byte[JoinEntryHead.Bytes + JoinEntryHead.MaxKeyBytes + 1024];
    private int _length;
    private int _keyLength;

    /// <summary>The entry. Valid until the next begins.</summary>
    public Span<byte> Written => _bytes.AsSpan(0, _length);

    /// <summary>Begins an entry with its key.</summary>
    /// <exception cref="ArgumentException">The key cannot be written.</exception>
    public void Begin<TKey>(JoinKey<TKey> key, TKey value)
    {
        _length = 0;
        _keyLength = key.Write(value, _bytes.AsSpan(JoinEntryHead.Bytes, JoinEntryHead.MaxKeyBytes));
        if (_keyLength is <= 0 or > JoinEntryHead.MaxKeyBytes)
            throw new ArgumentException($"A key took {_keyLength} bytes; keys take 1 to {JoinEntryHead.MaxKeyBytes}.", nameof(value));
        _length = JoinEntryHead.Bytes + _keyLength;
    }

    /// <summary>Completes it.</summary>
    public void End(JoinEntryKind kind, long time) => new JoinEntryHead(_length, kind, _keyLength, time).Write(_bytes);

    public void Advance(int count) => _length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsMemory(_length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsSpan(_length);
    }

    private void Reserve(int count)
    {
        count = Math.Max(count, 1);
        if (_bytes.Length - _length < count) Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, _length + count));
    }
}
