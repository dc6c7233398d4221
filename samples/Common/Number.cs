using System.CommandLine.Parsing;
using System.Globalization;

namespace Samples.Common;

/// <summary>
/// Reads numbers with a decimal point. The parser's own way takes the comma of "0,1" for a separator of thousands, and reads 1.
/// </summary>
public static class Number
{
    /// <summary>The number of an option, or an error.</summary>
    public static float Parse(ArgumentResult result)
    {
        var text = result.Tokens.Count > 0 ? result.Tokens[0].Value : "";
        if (float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)) return value;
        result.AddError($"'{text}' is not a number such as 0.1.");
        return 0;
    }
}
