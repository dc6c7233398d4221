namespace Monolith.Embeddings.Tests.Training.Tasks;

/// <summary>An item that was shown.</summary>
/// <param name="User">To whom.</param>
/// <param name="Item">Which.</param>
/// <param name="HasClicked">Whether it was clicked.</param>
/// <param name="HasBought">Whether it was bought; null where that was not observed.</param>
/// <param name="Delay">After what time it was bought, or how long that was waited for.</param>
/// <param name="Second">When.</param>
internal readonly record struct ShopRow(int User, int Item, bool HasClicked, bool? HasBought, TimeSpan Delay, int Second);
