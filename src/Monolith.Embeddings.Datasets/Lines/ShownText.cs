using System.Globalization;
using System.Text;

namespace Monolith.Embeddings.Datasets.Lines;

/// <summary>
/// Text of a file as messages show it: what cannot be seen, or would move the text around it, is written as an escape of C#. So a name
/// that ends in a carriage return, or begins with a byte order mark, does not look like the right one.
/// </summary>
internal static class ShownText
{
    public static string Of(ReadOnlySpan<char> text)
    {
        var shown = new StringBuilder(text.Length);
        foreach (var letter in text) Append(shown, letter);
        return shown.ToString();
    }

    private static void Append(StringBuilder shown, char letter)
    {
        if (letter == UndecodedBytes.Mark) letter = '\uFFFD';
        if (IsSeen(letter)) shown.Append(letter);
        else if (letter is '\r' or '\n' or '\t') shown.Append('\\').Append(letter switch { '\r' => 'r', '\n' => 'n', _ => 't' });
        else shown.Append("\\u").Append(((int)letter).ToString("X4", CultureInfo.InvariantCulture));
    }

    private static bool IsSeen(char letter) => letter == ' ' || char.GetUnicodeCategory(letter) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.SpaceSeparator);
}
