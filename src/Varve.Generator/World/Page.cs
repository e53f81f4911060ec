namespace Varve.Generator.World;

internal enum PageKind : byte
{
    None,
    Home,
    Category,
    Product,
    Search,
    Cart,
    Account,
    Help,
    Checkout,
    External,
}

/// <summary>Where a visitor is: what the next request names as its referrer.</summary>
internal readonly record struct Page(PageKind Kind, int Id);
