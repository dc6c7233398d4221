using System.Globalization;
using System.Xml.Linq;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Tests.Optimizers;

/// <summary>The documentation of each optimizer's options says the learning rate that they begin with.</summary>
public class LearningRateDocsTests
{
    private static IEnumerable<Type> Options => typeof(EmbeddingTable).Assembly.GetExportedTypes()
        .Where(type => type.IsSubclassOf(typeof(OptimizerOptions)) && !type.IsAbstract && type != typeof(MovingAverageOptions));

    [Test]
    public void There_are_some() => Assert.That(Options.Count(), Is.GreaterThan(10));

    [TestCaseSource(nameof(Options))]
    public void The_summary_says_the_default(Type options)
    {
        var created = (OptimizerOptions)Activator.CreateInstance(options)!;
        var rate = (created as DelayCompensationOptions)?.Inner.LearningRate ?? created.LearningRate;
        var summary = string.Join(' ', Summary(options).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        var text = rate.ToString(CultureInfo.InvariantCulture).Replace(".", @"\.", StringComparison.Ordinal);
        Assert.That(summary, Does.Match($@"default learning rate is (that of .*)?{text}(\.|,)( |$)"));
    }

    private static string Summary(Type type)
    {
        var file = Path.ChangeExtension(typeof(EmbeddingTable).Assembly.Location, ".xml");
        var member = XDocument.Load(file).Descendants("member").Single(m => (string?)m.Attribute("name") == $"T:{type.FullName}");
        return member.Element("summary")!.Value;
    }
}
