using System.Globalization;

namespace Monolith.Embeddings.Consumer.Tests.Faults.Texts;

/// <summary>
/// Cultures that write numbers and times in other ways, made of the invariant one, so that no data of the machine is needed.
/// </summary>
internal static class OddCultures
{
    public static IReadOnlyList<CultureInfo> All { get; } =
    [
        CultureInfo.InvariantCulture,
        Made(n => (n.NumberDecimalSeparator, n.NumberGroupSeparator) = (",", ".")),
        Made(n => (n.NumberDecimalSeparator, n.NumberGroupSeparator, n.NegativeSign) = (",", "\u00A0", "\u2212")),
        Made(n => (n.NegativeSign, n.PositiveSign) = ("\u200E-", "\u200E+")),
        Made(n => (n.NumberDecimalSeparator, n.NumberGroupSeparator, n.NaNSymbol, n.PositiveInfinitySymbol) = ("٫", "٬", "1", "2")),
        Made(n => (n.NumberDecimalSeparator, n.NegativeSign, n.NegativeInfinitySymbol) = (":", "e", "-1")),
        Made(n => (n.NumberDecimalSeparator, n.NumberGroupSeparator, n.NumberNegativePattern, n.NumberDecimalDigits) = ("'", "1", 0, 9)),
    ];

    /// <summary>Does something as a thread of that culture would.</summary>
    public static T In<T>(CultureInfo culture, Func<T> work)
    {
        var (before, texts) = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
        try
        {
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (culture, culture);
            return work();
        }
        finally
        {
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (before, texts);
        }
    }

    private static CultureInfo Made(Action<NumberFormatInfo> change)
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        change(culture.NumberFormat);
        var times = culture.DateTimeFormat;
        (times.TimeSeparator, times.DateSeparator, times.AMDesignator, times.PMDesignator) = (".", "!", "a", "b");
        (times.ShortDatePattern, times.LongTimePattern, times.FullDateTimePattern) = ("d/M/yy", "h:m:s t", "d/M/yy h:m:s t");
        return culture;
    }
}
