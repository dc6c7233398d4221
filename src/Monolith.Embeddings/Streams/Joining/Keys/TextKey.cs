namespace Monolith.Embeddings.Streams.Joining.Keys;

/// <summary>
/// Each char by itself as UTF-8 writes its number, halves of surrogate pairs too: the order is that of the chars. A zero byte ends the
/// text; the chars 0 and 1 are written as two bytes, so that no other byte is zero.
/// </summary>
internal sealed class TextKey : JoinKey<string>
{
    private const int End = 0, Escape = 1, MostBytesPerChar = 3;

    public override int Write(string key, Span<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(key);
        var length = 0;
        foreach (var unit in key)
        {
            if (length + MostBytesPerChar >= destination.Length) throw TooLong(key);
            length += Write(unit, destination[length..]);
        }
        if (length >= destination.Length) throw TooLong(key);
        destination[length] = End;
        return length + 1;
    }

    private static int Write(char unit, Span<byte> destination)
    {
        switch ((int)unit)
        {
            case <= 1:
                (destination[0], destination[1]) = (Escape, (byte)(Escape + unit));
                return 2;
            case < 0x80:
                destination[0] = (byte)unit;
                return 1;
            case < 0x800:
                (destination[0], destination[1]) = ((byte)(0xC0 | (unit >> 6)), (byte)(0x80 | (unit & 0x3F)));
                return 2;
            default:
                (destination[0], destination[1]) = ((byte)(0xE0 | (unit >> 12)), (byte)(0x80 | ((unit >> 6) & 0x3F)));
                destination[2] = (byte)(0x80 | (unit & 0x3F));
                return 3;
        }
    }

    private static ArgumentException TooLong(string key) =>
        new($"A key with a text of {key.Length} chars takes more than {MaxBytes} bytes.", nameof(key));
}
