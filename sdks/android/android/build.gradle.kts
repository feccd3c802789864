import org.jetbrains.kotlin.gradle.dsl.JvmTarget

plugins {
    id("com.android.library")
    kotlin("android")
    `maven-publish`
}

android {
    namespace = "dev.openbook"
    compileSdk = 35
    defaultConfig { minSdk = 21 }
    compileOptions {
        sourceCompatibility = JavaVersion.VERSION_1_8
        targetCompatibility = JavaVersion.VERSION_1_8
    }
    publishing { singleVariant("release") { withSourcesJar() } }
}

kotlin {
    explicitApi()
    compilerOptions { jvmTarget = JvmTarget.JVM_1_8 }
}

dependencies { api(project(":core")) }

publishing {
    publications.create<MavenPublication>("release") {
        artifactId = "openbook-android"
        afterEvaluate { from(components["release"]) }
    }
}
