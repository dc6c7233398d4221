namespace Monolith.Embeddings.Tables.Stripes;

/// <summary>What a walk over all rows does with some of them, while their stripe is locked.</summary>
internal interface IStripeSlice
{
    /// <param name="stripe">The stripe, locked.</param>
    /// <param name="most">How many rows to look at.</param>
    /// <param name="cursor">The handle above the next row to look at; set to 0 when the stripe is done.</param>
    void Visit(Stripe stripe, int most, ref int cursor);

    /// <summary>What is to be done between two slices, while nothing is locked.</summary>
    void Rest();
}
