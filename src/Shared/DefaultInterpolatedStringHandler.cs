using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis;

#pragma warning disable IDE0130 // The compiler looks for this name in this namespace.
namespace System.Runtime.CompilerServices;
#pragma warning restore IDE0130

/// <summary>
/// What the compiler makes every <c>$"..."</c> of that becomes a text. It takes this type before the runtime's own of the same name, whose
/// texts depend on the thread's culture: 0.05 would read "0,05" in an exception's message under a German one. So every message is invariant
/// without a word at the place that writes it. Texts for people's eyes in their own culture would name it: <c>string.Create(culture,
/// $"...")</c>.
/// </summary>
[Embedded]
[InterpolatedStringHandler]
internal ref struct DefaultInterpolatedStringHandler(int literalLength, int formattedCount)
{
    private readonly StringBuilder _text = new(literalLength + 16 * formattedCount);

    public readonly void AppendLiteral(string value) => _text.Append(value);

    public readonly void AppendFormatted(string? value, int alignment = 0, string? format = null) => Pad(value, alignment);

    public readonly void AppendFormatted(scoped ReadOnlySpan<char> value, int alignment = 0, string? format = null)
    {
        if (alignment == 0) _text.Append(value);
        else Pad(value.ToString(), alignment);
    }

    public readonly void AppendFormatted<T>(T value, int alignment = 0, string? format = null) => Pad(Text(value, format), alignment);

    public readonly string ToStringAndClear() => _text.ToString();

    private static string? Text<T>(T value, string? format) =>
        value is IFormattable formattable ? formattable.ToString(format, CultureInfo.InvariantCulture) : value?.ToString();

    private readonly void Pad(string? value, int alignment)
    {
        var missing = Math.Abs(alignment) - (value?.Length ?? 0);
        if (alignment > 0 && missing > 0) _text.Append(' ', missing);
        _text.Append(value);
        if (alignment < 0 && missing > 0) _text.Append(' ', missing);
    }
}
