namespace TorchRecommender.Data;

/// <summary>A click of a session.</summary>
/// <param name="Item">The item that was clicked.</param>
/// <param name="Before">What the session clicked before, the oldest first.</param>
/// <param name="Time">When.</param>
internal readonly record struct SessionClick(long Item, ArraySegment<long> Before, DateTimeOffset Time);
