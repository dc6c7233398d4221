namespace Monolith.Embeddings.Tests.Support;

/// <summary>Waits for what happens on another thread, where the test cannot be asynchronous.</summary>
internal static class Wait
{
    /// <summary>Waits until something is so; fails after a minute.</summary>
    public static void Until(Func<bool> isSo) =>
        Assert.That(SpinWait.SpinUntil(isSo, TimeSpan.FromMinutes(1)), "what is waited for came within a minute");
}
