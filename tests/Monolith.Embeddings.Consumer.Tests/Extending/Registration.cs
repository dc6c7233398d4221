// docs/extending.md shows what stands between the two marks, to the letter; ExtendingPageTests holds that.
// <page>
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Monolith.Embeddings.Hosting;

public static class Registration
{
    public static void AddRecommender(this IServiceCollection services, IConfiguration configuration) =>
        services.AddMonolithEmbeddings(configuration.GetSection("Recommender"), parts => parts
            .Add<LionOptions>("Lion")
            .Add<SparseSignsOptions>("SparseSigns")
            .Add<SeenOnDaysOptions>("SeenOnDays")
            .Add<LongerIfFrequentOptions>("LongerIfFrequent"));
}
// </page>
