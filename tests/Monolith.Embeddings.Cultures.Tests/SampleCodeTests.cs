using System.Reflection;
using Monolith.Embeddings.Tests.Architecture;

namespace Monolith.Embeddings.Cultures.Tests;

/// <summary>The code of the samples, which users copy, neither writes nor reads by the culture of the thread.</summary>
public class SampleCodeTests
{
    [TestCase("OnlineTraining")]
    [TestCase("Snapshots")]
    public void No_code_formats_or_reads_by_the_culture_of_the_thread(string sample)
    {
        var types = Assembly.Load(sample).GetTypes();
        Assert.That(types, Is.Not.Empty);
        Assert.That(types.SelectMany(MethodCode.Of).Where(method => method.Name != "PrintMembers").SelectMany(CultureUse.In), Is.Empty);
    }
}
