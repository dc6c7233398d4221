using Monolith.Embeddings.Memory;

namespace Monolith.Embeddings.Tests.Support;

/// <summary>
/// The base of tests that own native memory: whatever a test allocated, it has disposed at its end. A finalizer that frees a forgotten
/// block does not hide the leak, and one that runs late for another test does not show as one. Tests of one process must not run at once.
/// </summary>
public abstract class LeakChecked
{
    private long _before;

    [SetUp]
    public void RememberUndisposedBytes() => _before = NativeBlock.UndisposedBytes;

    /// <summary>Says that what this test leaked so far, it leaked on purpose.</summary>
    protected void Forgive() => RememberUndisposedBytes();

    [TearDown]
    public void AssertThatNothingLeaked()
    {
        var leaked = NativeBlock.UndisposedBytes - _before;
        Assert.That(leaked, Is.Zero, "bytes of native memory were allocated by this test and never disposed");
    }
}
