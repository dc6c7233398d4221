namespace Monolith.Embeddings.Kafka.Tests.Support;

/// <summary>Waits for what other threads bring about; a test that waits in vain hangs, and is ended by who runs it.</summary>
internal static class Wait
{
    public static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition()) await Task.Delay(5);
    }

    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        while (!await condition()) await Task.Delay(5);
    }
}
