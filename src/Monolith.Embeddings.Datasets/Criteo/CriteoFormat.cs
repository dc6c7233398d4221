using System.Globalization;
using Monolith.Embeddings.Datasets.Lines;

namespace Monolith.Embeddings.Datasets.Criteo;

/// <summary>Label, 13 integers and 26 hexadecimal numbers, delimited by TAB; empty where a value is missing.</summary>
internal sealed class CriteoFormat : LineFormat<CriteoExample>
{
    private const int FieldCount = 1 + CriteoExample.IntegerCount + CriteoExample.CategoryCount;

    public override string Expected =>
        "a label 0 or 1, 13 integers and 26 hexadecimal numbers of up to 8 digits, delimited by TAB, empty where missing";

    public override string? Parse(ReadOnlySpan<char> line, out CriteoExample record)
    {
        record = default;
        Span<Range> fields = stackalloc Range[FieldCount + 1];
        var count = line.Split(fields, '\t');
        if (count > FieldCount) return $"the line has more than {FieldCount} fields delimited by TAB";
        if (count < FieldCount) return $"the line has {count} fields delimited by TAB, not {FieldCount}";
        if (NumberField.Read(line[fields[0]], "the label", 0, 1, out long label) is { } wrongLabel) return wrongLabel;
        var values = new CriteoValues();
        for (var i = 1; i < FieldCount; i++)
        {
            var text = line[fields[i]];
            if (text.IsEmpty) continue;
            var problem = i <= CriteoExample.IntegerCount ? ReadInteger(text, i, out var value) : ReadCategory(text, i, out value);
            if (problem is not null) return problem;
            values.Set(i - 1, value);
        }
        record = new CriteoExample(label == 1, values);
        return null;
    }

    private static string? ReadInteger(ReadOnlySpan<char> text, int field, out uint value)
    {
        var isRead = NumberField.IsPlain(text)
            & int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number);
        value = (uint)number;
        return isRead ? null : $"I{field} '{NumberField.Shorten(text)}' is not a 32-bit integer";
    }

    private static string? ReadCategory(ReadOnlySpan<char> text, int field, out uint value)
    {
        var isRead = NumberField.IsPlain(text)
            & uint.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
        if (isRead) return null;
        return $"C{field - CriteoExample.IntegerCount} '{NumberField.Shorten(text)}' is not a hexadecimal number of up to 8 digits";
    }
}
