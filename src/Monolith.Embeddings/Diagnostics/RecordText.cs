using System.Globalization;
using System.Text;

namespace Monolith.Embeddings.Diagnostics;

/// <summary>The texts of records, invariant: what the compiler makes writes numbers and times by the culture of the thread.</summary>
internal static class RecordText
{
    /// <summary>The text that the compiler would make.</summary>
    /// <param name="name">The record's name.</param>
    /// <param name="printMembers">The record's own <c>PrintMembers</c>.</param>
    public static string Of(string name, Func<StringBuilder, bool> printMembers)
    {
        var text = new StringBuilder(name).Append(" { ");
        var culture = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        try
        {
            if (printMembers(text)) text.Append(' ');
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
        return text.Append('}').ToString();
    }
}
