using System.Runtime.InteropServices;

namespace Monolith.Embeddings.Admission.Counting;

/// <summary>
/// A cache line of a sketch: ids by signature, the one seen last in front. A signature of 0 is a free entry, and those come last. The marks
/// say how many entries in front were seen since the last mark in time, and in which period the counts were last halved.
/// </summary>
internal readonly ref struct SketchLine
{
    private const int RecentBits = 6;
    private const int WordBits = 64;

    private readonly Span<byte> _line;
    private readonly SketchLayout _layout;

    public SketchLine(Span<byte> line, in SketchLayout layout)
    {
        _line = line;
        _layout = layout;
    }

    /// <summary>How many periods the marks can tell apart.</summary>
    public const int Periods = 1 << (16 - RecentBits);

    /// <summary>Whether it remembers no id.</summary>
    public bool IsEmpty => !Signatures[.._layout.SignatureBytes].ContainsAnyExcept((byte)0);

    public int Count => IndexOf(0) is >= 0 and var free ? free : _layout.Entries;

    /// <summary>How many entries in front were seen since the last mark.</summary>
    public int Recent
    {
        get => Marks & ((1 << RecentBits) - 1);
        set => Marks = (ushort)((Marks & ~((1 << RecentBits) - 1)) | value);
    }

    /// <summary>The period of the last halving, modulo <see cref="Periods"/>.</summary>
    public int Period
    {
        get => Marks >> RecentBits;
        set => Marks = (ushort)((value << RecentBits) | Recent);
    }

    private ref ushort Marks => ref MemoryMarshal.Cast<byte, ushort>(_line[SketchLayout.MarksOffset..])[0];

    private Span<ulong> Words => MemoryMarshal.Cast<byte, ulong>(_line[.._layout.SignaturesOffset]);

    private Span<byte> Signatures => _line.Slice(_layout.SignaturesOffset, _layout.Entries * _layout.SignatureBytes);

    /// <summary>The entry of a signature, or -1.</summary>
    public int IndexOf(uint signature) => _layout.SignatureBytes switch
    {
        1 => Signatures.IndexOf((byte)signature),
        2 => MemoryMarshal.Cast<byte, ushort>(Signatures).IndexOf((ushort)signature),
        _ => MemoryMarshal.Cast<byte, uint>(Signatures).IndexOf(signature),
    };

    public int CountAt(int entry)
    {
        if (_layout.CounterBits == 0) return 1;
        var (word, offset) = Math.DivRem(entry * _layout.CounterBits, WordBits);
        var bits = Words[word] >> offset;
        if (offset + _layout.CounterBits > WordBits) bits |= Words[word + 1] << (WordBits - offset);
        return (int)(bits & ((1UL << _layout.CounterBits) - 1)) + 1;
    }

    /// <summary>Puts an entry to the front with a new count; those before it move back by one.</summary>
    /// <param name="entry">Which; one that is in use by another, the last, is forgotten.</param>
    /// <param name="signature">Its signature.</param>
    /// <param name="count">1 to the most that a counter holds.</param>
    public void ToFront(int entry, uint signature, int count)
    {
        var signatures = Signatures;
        signatures[..(entry * _layout.SignatureBytes)].CopyTo(signatures[_layout.SignatureBytes..]);
        SetSignature(0, signature);
        if (_layout.CounterBits > 0) ShiftCounters(entry, (ulong)(count - 1));
        if (entry >= Recent) Recent++;
    }

    public void RemoveAt(int entry)
    {
        var (last, recent) = (Count - 1, Recent);
        if (_layout.CounterBits > 0)
        {
            for (var i = entry; i < last; i++) SetCount(i, CountAt(i + 1));
            SetCount(last, 1);
        }
        var signatures = Signatures[..((last + 1) * _layout.SignatureBytes)];
        signatures[((entry + 1) * _layout.SignatureBytes)..].CopyTo(signatures[(entry * _layout.SignatureBytes)..]);
        SetSignature(last, 0);
        if (entry < recent) Recent = recent - 1;
    }

    /// <summary>Forgets the entries from one on.</summary>
    public void Truncate(int count)
    {
        Signatures[(count * _layout.SignatureBytes)..].Clear();
        for (var entry = count; entry < _layout.Entries; entry++) SetCount(entry, 1);
    }

    /// <summary>Halves all counts the given number of times, and forgets the ids of which nothing is left.</summary>
    public void Halve(int times)
    {
        for (var entry = Count - 1; entry >= 0; entry--)
        {
            var count = times >= HalfLife.MostHalvings ? 0 : CountAt(entry) >> times;
            if (count == 0) RemoveAt(entry);
            else SetCount(entry, count);
        }
    }

    /// <summary>Whether the bytes are ones that these operations could have left.</summary>
    public bool IsWellFormed()
    {
        var count = Count;
        if (Recent > count || Signatures[(count * _layout.SignatureBytes)..].ContainsAnyExcept((byte)0)) return false;
        for (var entry = count; entry < _layout.Entries; entry++)
        {
            if (CountAt(entry) != 1) return false;
        }
        return true;
    }

    private void SetSignature(int entry, uint signature)
    {
        var place = Signatures.Slice(entry * _layout.SignatureBytes, _layout.SignatureBytes);
        if (_layout.SignatureBytes == 1) place[0] = (byte)signature;
        else if (_layout.SignatureBytes == 2) MemoryMarshal.Write(place, (ushort)signature);
        else MemoryMarshal.Write(place, signature);
    }

    private void SetCount(int entry, int count)
    {
        var bits = _layout.CounterBits;
        if (bits == 0) return;
        var words = Words;
        var (mask, value) = ((1UL << bits) - 1, (ulong)(count - 1));
        var (word, offset) = Math.DivRem(entry * bits, WordBits);
        words[word] = (words[word] & ~(mask << offset)) | (value << offset);
        if (offset + bits > WordBits)
            words[word + 1] = (words[word + 1] & ~(mask >> (WordBits - offset))) | (value >> (WordBits - offset));
    }

    // The counters up to the entry's place move back by one, as one long number; those behind it stay.
    private void ShiftCounters(int entry, ulong first)
    {
        var words = Words;
        var (bits, end) = (_layout.CounterBits, (entry + 1) * _layout.CounterBits);
        for (var (word, carry) = (0, first); word * WordBits < end; word++)
        {
            var old = words[word];
            var shifted = (old << bits) | carry;
            carry = old >> (WordBits - bits);
            var changed = end - word * WordBits >= WordBits ? ulong.MaxValue : (1UL << (end - word * WordBits)) - 1;
            words[word] = (shifted & changed) | (old & ~changed);
        }
    }
}
