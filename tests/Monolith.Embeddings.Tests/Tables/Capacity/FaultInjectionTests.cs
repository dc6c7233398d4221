using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Tables.Capacity;

/// <summary>Memory runs out at every allocation that there is, one after the other: the table stays usable and equals its model.</summary>
public class FaultInjectionTests : LeakChecked
{
    [Test]
    public void Any_allocation_may_fail([Values(1, 4)] int stripes)
    {
        var fault = 1;
        while (new FaultScript(stripes, fault).Run()) fault++;
        TestContext.Out.WriteLine($"{fault - 1} allocations failed, one after the other");
        Assert.That(fault, Is.GreaterThan(20), "allocations that failed");
    }
}
