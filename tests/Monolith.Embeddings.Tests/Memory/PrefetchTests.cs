using Monolith.Embeddings.Memory;

namespace Monolith.Embeddings.Tests.Memory;

public unsafe class PrefetchTests
{
    [Test]
    public void A_hint_never_faults_whatever_the_address()
    {
        foreach (var address in new nint[] { 0, 1, -1, nint.MaxValue, nint.MinValue, 4096 })
        {
            Prefetch.Line((void*)address);
            Prefetch.Lines((byte*)address, 1000);
        }
        Assert.Pass("No fault.");
    }
}
