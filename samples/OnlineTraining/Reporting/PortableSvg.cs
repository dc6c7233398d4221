using System.Globalization;
using System.Xml.Linq;

namespace OnlineTraining.Reporting;

/// <summary>
/// Makes an SVG that was drawn with the fonts of this machine readable on others: words are set as words, not letter by letter, in whatever
/// font without serifs there is; the picture scales; and the same plot is the same text.
/// </summary>
public static class PortableSvg
{
    private const string Fonts = "DejaVu Sans, Verdana, Geneva, sans-serif";

    /// <summary>Rewrites a picture.</summary>
    /// <param name="svg">The picture as it was drawn.</param>
    public static string Of(string svg)
    {
        var document = XDocument.Parse(svg);
        var root = document.Root!;
        root.SetAttributeValue("viewBox", $"0 0 {(string?)root.Attribute("width")} {(string?)root.Attribute("height")}");
        foreach (var text in document.Descendants().Where(element => element.Name.LocalName == "text")) Mend(text);
        Number(document);
        return document.ToString(SaveOptions.None);
    }

    // Letters are placed around a middle where words are centred; the browser knows it as well.
    private static void Mend(XElement text)
    {
        var (places, y) = (Numbers(text, "x"), Numbers(text, "y"));
        if (places.Length == 0 || y.Length == 0) return;
        text.SetAttributeValue("x", places[0].ToString("0.##", CultureInfo.InvariantCulture));
        text.SetAttributeValue("y", y[0].ToString("0.##", CultureInfo.InvariantCulture));
        text.SetAttributeValue("font-family", Fonts);
        text.Value = text.Value.Trim();
    }

    // The drawing library goes on counting from one picture to the next.
    private static void Number(XDocument document)
    {
        var attributes = document.Descendants().Attributes().ToList();
        var names = attributes.Where(attribute => attribute.Name.LocalName == "id")
            .Select((id, index) => (id.Value, Name: $"part{index + 1}")).ToDictionary();
        foreach (var attribute in attributes)
        {
            if (names.TryGetValue(attribute.Value, out var name)) attribute.Value = name;
            else if (attribute.Value.StartsWith("url(#", StringComparison.Ordinal) && names.TryGetValue(attribute.Value[5..^1], out name))
                attribute.Value = $"url(#{name})";
        }
    }

    private static double[] Numbers(XElement text, string name) =>
    [
        .. ((string?)text.Attribute(name) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(number => double.Parse(number, CultureInfo.InvariantCulture)),
    ];
}
