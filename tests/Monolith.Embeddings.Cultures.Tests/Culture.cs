using System.Globalization;

namespace Monolith.Embeddings.Cultures.Tests;

/// <summary>
/// Cultures that differ from the invariant one in what could enter a text: the decimal comma, the case of i, calendars, digits, the minus
/// sign, and the separator of thousands.
/// </summary>
internal static class Culture
{
    public static readonly string[] Names = ["de-DE", "tr-TR", "ar-SA", "fa-IR", "th-TH", "sv-SE", "fr-FR"];

    /// <summary>What a function gives on a thread of a culture, and on threads that it starts.</summary>
    public static T Under<T>(string name, Func<T> function)
    {
        var (own, all) = (CultureInfo.CurrentCulture, CultureInfo.DefaultThreadCurrentCulture);
        CultureInfo.CurrentCulture = CultureInfo.DefaultThreadCurrentCulture = CultureInfo.GetCultureInfo(name);
        try
        {
            return function();
        }
        finally
        {
            (CultureInfo.CurrentCulture, CultureInfo.DefaultThreadCurrentCulture) = (own, all);
        }
    }

    /// <summary>The same under the invariant culture.</summary>
    public static T UnderNone<T>(Func<T> function) => Under("", function);
}
