using System.Globalization;

namespace Monolith.Embeddings.Cultures.Tests;

/// <summary>Every test here fails where the runtime writes all cultures alike: then they would show nothing.</summary>
[SetUpFixture]
public class CulturesAreThere
{
    [OneTimeSetUp]
    public void The_runtime_has_cultures()
    {
        Assert.That(1.5f.ToString(CultureInfo.GetCultureInfo("de-DE")), Is.EqualTo("1,5"),
            "install ICU (libicu), and leave InvariantGlobalization off here");
        Assert.That((-1).ToString(CultureInfo.GetCultureInfo("sv-SE")), Is.EqualTo("\u22121"));
        Assert.That("i".ToUpper(CultureInfo.GetCultureInfo("tr-TR")), Is.EqualTo("\u0130"));
        var day = new DateTime(2026, 3, 4, 0, 0, 0, DateTimeKind.Utc);
        Assert.That(day.ToString("yyyy", CultureInfo.GetCultureInfo("th-TH")), Is.EqualTo("2569"));
        Assert.That(day.ToString("yyyy", CultureInfo.GetCultureInfo("ar-SA")), Is.Not.EqualTo("2026"));
        Assert.That(day.ToString("yyyy", CultureInfo.GetCultureInfo("fa-IR")), Is.EqualTo("1404"));
    }
}
